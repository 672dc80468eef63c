//! Bytes to the server's side of a connection, in pieces as the input says. Every whole frame is answered in its order, and what is
//! wrong ends the connection.
#![no_main]
use bytes::BytesMut;
use std::cell::OnceCell;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use wellhead_net::{Answer, Frame, Peer, Server, ServerOptions, Service};

const FRAME_MAX: usize = 4096;

struct Echo;
impl Service for Echo {
    fn call(&self, _peer: &Arc<Peer>, request: BytesMut) -> Answer {
        assert!((8..=FRAME_MAX).contains(&request.len()));
        match request[0] % 4 {
            0 => Answer::Silent,
            1 => Answer::Later(Box::pin(async move {
                tokio::task::yield_now().await;
                Answer::Now(Frame::from(request.freeze()))
            })),
            _ => Answer::Now(Frame::from(request.freeze())),
        }
    }
}

thread_local! {
    static SERVER: OnceCell<(Runtime, Server, SocketAddr)> = const { OnceCell::new() };
}

/// What the server must answer to these bytes: the whole frames that are not silent, up to the first that is none.
fn expected(mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((len, rest)) = bytes.split_first_chunk::<4>() {
        let len = i32::from_be_bytes(*len);
        let Some(n) = usize::try_from(len).ok().filter(|n| (8..=FRAME_MAX).contains(n)) else { break };
        let Some((frame, rest)) = rest.split_at_checked(n) else { break };
        if frame[0] % 4 != 0 {
            out.extend(len.to_be_bytes());
            out.extend(frame);
        }
        bytes = rest;
    }
    out
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&chunks, rest)) = data.split_first() else { return };
    let (sizes, bytes) = rest.split_at((chunks as usize % 8).min(rest.len()));
    SERVER.with(|s| {
        let (rt, _server, address) = s.get_or_init(|| {
            let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let options = ServerOptions { request_bytes_max: FRAME_MAX, in_flight_max: 3, ..ServerOptions::default() };
            let server = Server::new(Arc::new(Echo), options, rt.handle().clone());
            let address = server.listen_tcp("127.0.0.1:0".parse().expect("an address")).expect("listening");
            (rt, server, address)
        });
        rt.block_on(async {
            let mut c = TcpStream::connect(*address).await.expect("a connection");
            let _ = (c.set_nodelay(true), c.set_zero_linger());
            let (mut r, mut w) = c.split();
            let send = async {
                let mut rest = bytes;
                for &n in sizes {
                    let (head, tail) = rest.split_at((n as usize).min(rest.len()));
                    if w.write_all(head).await.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                    rest = tail;
                }
                let _ = w.write_all(rest).await;
                let _ = w.shutdown().await;
            };
            let mut got = Vec::new();
            let receive = r.read_to_end(&mut got);
            let (_, received) = tokio::join!(send, receive);
            let want = expected(bytes);
            // A connection that the server ends with bytes unread is reset, and a reset may overtake an answer.
            assert!(want.starts_with(&got), "{got:?} is no beginning of {want:?}");
            assert!(received.is_err() || got.len() == want.len() || got.len() < bytes.len(), "{} of {} bytes", got.len(), want.len());
        });
    });
});
