//! The server over real sockets: order, bounds, deadlines, draining.

use super::*;
use crate::Part;
use bytes::Bytes;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;

/// Answers with the request; the 9th byte of a request says how.
#[derive(Default)]
pub(super) struct Echo {
    pub(super) release: Arc<Notify>,
    file: Option<Arc<dyn wellhead_base::env::DiskFile>>,
    calls: AtomicU64,
}
impl Service for Echo {
    fn call(&self, _peer: &Arc<Peer>, request: BytesMut) -> Answer {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let frame = Frame::from(request.clone().freeze());
        match request.get(8) {
            Some(b'l') => {
                let release = self.release.clone();
                Answer::Later(Box::pin(async move {
                    release.notified().await;
                    Answer::Now(frame)
                }))
            }
            Some(b's') => Answer::Silent,
            Some(b'c') => Answer::Close("asked for".into()),
            Some(b'f') => {
                let file = self.file.clone().expect("the test gave a file");
                let len = file.len().expect("the file's length");
                Answer::Now(Frame(vec![
                    Part::Bytes(Bytes::from_static(b"head")),
                    Part::File { file, offset: 3, len: len - 3 },
                    Part::Bytes(Bytes::from_static(b"tail")),
                ]))
            }
            _ => Answer::Now(frame),
        }
    }
}

#[derive(Debug)]
struct PlainFile(std::fs::File, bool);
impl wellhead_base::env::DiskFile for PlainFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.0, buf, offset)
    }
    fn write_all_at(&self, buf: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.0, buf, offset)
    }
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }
    fn as_file(&self) -> Option<&std::fs::File> {
        self.1.then_some(&self.0)
    }
}

pub(super) async fn start(service: Arc<Echo>, options: ServerOptions) -> (Server, TcpStream) {
    let server = Server::new(service, options, Handle::current());
    let address = server.listen_tcp("127.0.0.1:0".parse().expect("an address")).expect("listening");
    let client = TcpStream::connect(address).await.expect("connecting");
    (server, client)
}

pub(super) fn framed(body: &[u8]) -> Vec<u8> {
    [&(body.len() as i32).to_be_bytes()[..], body].concat()
}

pub(super) async fn receive(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let len = client.read_i32().await?;
    let mut out = vec![0; len as usize];
    client.read_exact(&mut out).await?;
    Ok(out)
}

#[tokio::test]
async fn answers_keep_the_order_of_requests_while_a_later_one_is_called() {
    let service = Arc::new(Echo::default());
    let (_server, mut client) = start(service.clone(), ServerOptions::default()).await;
    let bytes = [framed(b"00000001l"), framed(b"00000002s"), framed(b"00000003x")].concat();
    client.write_all(&bytes).await.unwrap();
    while service.calls.load(Ordering::SeqCst) < 3 {
        tokio::task::yield_now().await;
    }
    service.release.notify_one();
    assert_eq!(receive(&mut client).await.unwrap(), b"00000001l");
    assert_eq!(receive(&mut client).await.unwrap(), b"00000003x", "the silent one has no answer");
}

#[tokio::test]
async fn no_more_than_the_bound_is_under_way_and_the_rest_is_served_afterwards() {
    let service = Arc::new(Echo::default());
    let (_server, mut client) = start(service.clone(), ServerOptions { in_flight_max: 3, ..Default::default() }).await;
    for i in 0..10 {
        client.write_all(&framed(format!("0000000{i}l").as_bytes())).await.unwrap();
    }
    for i in 0..10 {
        service.release.notify_one();
        assert_eq!(receive(&mut client).await.unwrap(), format!("0000000{i}l").as_bytes());
        let calls = service.calls.load(Ordering::SeqCst);
        assert!(calls <= i + 4, "{calls} calls after {i} answers");
    }
}

#[tokio::test]
async fn a_frame_may_come_byte_by_byte_and_be_large() {
    let (_server, mut client) = start(Arc::default(), ServerOptions::default()).await;
    for b in framed(b"00000001x") {
        client.write_all(&[b]).await.unwrap();
    }
    assert_eq!(receive(&mut client).await.unwrap(), b"00000001x");
    let mut large = vec![b'x'; 5_000_000];
    large[4_999_999] = b'y';
    let (mut r, mut w) = client.into_split();
    let sent = large.clone();
    let writer = tokio::spawn(async move { w.write_all(&framed(&sent)).await.map(|()| w) });
    let len = r.read_i32().await.unwrap() as usize;
    let mut got = vec![0; len];
    r.read_exact(&mut got).await.unwrap();
    writer.await.unwrap().unwrap();
    assert!(got == large);
}

#[tokio::test]
async fn wrong_sizes_and_protocol_errors_close_only_their_connection() {
    let service = Arc::new(Echo::default());
    let (server, mut healthy) = start(service, ServerOptions { request_bytes_max: 1000, ..Default::default() }).await;
    let address = healthy.peer_addr().unwrap();
    for bad in [i32::MAX, -1, 0, 7, 1001] {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(&[&bad.to_be_bytes()[..], b"0000"].concat()).await.unwrap();
        let mut rest = Vec::new();
        let _ = client.read_to_end(&mut rest).await;
        assert!(rest.is_empty(), "size {bad}");
    }
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(&[framed(b"00000001x"), framed(b"00000002c"), framed(b"00000003x")].concat()).await.unwrap();
    assert_eq!(receive(&mut client).await.unwrap(), b"00000001x", "what came before is answered");
    assert!(receive(&mut client).await.is_err());
    healthy.write_all(&framed(b"00000004x")).await.unwrap();
    assert_eq!(receive(&mut healthy).await.unwrap(), b"00000004x");
    server.stop(Duration::from_secs(5)).await;
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn file_parts_are_sent_by_both_paths() {
    for by_descriptor in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let content: Vec<u8> = (0..700_000u32).map(|i| ((i * 31) >> 3) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let file: Arc<dyn wellhead_base::env::DiskFile> = Arc::new(PlainFile(std::fs::File::open(&path).unwrap(), by_descriptor));
        let (_server, mut client) = start(Arc::new(Echo { file: Some(file), ..Default::default() }), ServerOptions::default()).await;
        client.write_all(&framed(b"00000001f")).await.unwrap();
        let got = receive(&mut client).await.unwrap();
        let want = [&b"head"[..], &content[3..], b"tail"].concat();
        assert!(got == want, "{} of {} bytes, by descriptor: {by_descriptor}", got.len(), want.len());
    }
}

#[tokio::test(start_paused = true)]
async fn idle_and_half_sent_connections_are_closed() {
    let options = ServerOptions { idle: Some(Duration::from_secs(60)), half_frame: Duration::from_secs(5), ..Default::default() };
    let (_server, mut half) = start(Arc::default(), options).await;
    let mut idle = TcpStream::connect(half.peer_addr().unwrap()).await.unwrap();
    let began = Instant::now();
    half.write_all(&[0, 0, 0, 50, 1, 2]).await.unwrap();
    assert_eq!(half.read(&mut [0; 8]).await.unwrap_or(0), 0);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(12), "half a frame lived {took:?}");
    assert_eq!(idle.read(&mut [0; 8]).await.unwrap_or(0), 0);
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(60) && took < Duration::from_secs(70), "an idle connection lived {took:?}");
}

#[tokio::test]
async fn connection_limits_hold_and_places_come_back() {
    let (server, mut first) = start(Arc::default(), ServerOptions { connections_per_ip_max: 1, ..Default::default() }).await;
    first.write_all(&framed(b"00000001x")).await.unwrap();
    receive(&mut first).await.unwrap();
    let address = first.peer_addr().unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    assert_eq!(second.read(&mut [0; 8]).await.unwrap_or(0), 0, "the second connection is closed");
    drop(first);
    let mut open = server.shared.open.subscribe();
    open.wait_for(|n| *n == 0).await.unwrap();
    let mut third = TcpStream::connect(address).await.unwrap();
    third.write_all(&framed(b"00000001x")).await.unwrap();
    assert_eq!(receive(&mut third).await.unwrap(), b"00000001x");
}

/// An address may have a bound of its own, higher or lower than that of the others.
#[tokio::test]
async fn connection_limits_may_differ_by_address() {
    for (others, own, expected) in [(1, 3, 3), (5, 2, 2), (2, 0, 0)] {
        let other = "203.0.113.9".parse().unwrap();
        let options = ServerOptions {
            connections_per_ip_max: others,
            connections_per_ip_overrides: vec![(other, 9), (IpAddr::from([127, 0, 0, 1]), own)],
            ..Default::default()
        };
        let server = Server::new(Arc::new(Echo::default()), options, Handle::current());
        let address = server.listen_tcp("127.0.0.1:0".parse().unwrap()).unwrap();
        let mut open = Vec::new();
        let mut refused = false;
        while !refused {
            let mut c = TcpStream::connect(address).await.unwrap();
            // A connection that was closed may tell so at the write already.
            refused = c.write_all(&framed(b"00000001x")).await.is_err() || receive(&mut c).await.is_err();
            open.push(c);
        }
        assert_eq!(open.len() - 1, expected);
    }
}

#[tokio::test]
async fn stopping_lets_what_is_under_way_be_answered() {
    let service = Arc::new(Echo::default());
    let (server, mut client) = start(service.clone(), ServerOptions::default()).await;
    client.write_all(&framed(b"00000001l")).await.unwrap();
    while service.calls.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let address = client.peer_addr().unwrap();
    let stop = async {
        server.stop(Duration::from_secs(20)).await;
    };
    let answer = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        service.release.notify_one();
        receive(&mut client).await.unwrap()
    };
    let ((), answer) = tokio::join!(stop, answer);
    assert_eq!(answer, b"00000001l");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn the_in_process_transport_is_served_alike() {
    let service = Arc::new(Echo::default());
    let server = Server::new(service.clone(), ServerOptions::default(), Handle::current());
    server.listen_in_process(in_process::listen("server-tests").unwrap());
    let mut client = in_process::connect("server-tests").unwrap();
    for r in ["00000001l", "00000002s", "00000003x"] {
        client.requests.send(Bytes::from_static(r.as_bytes())).await.unwrap();
    }
    service.release.notify_one();
    assert_eq!(&client.responses.recv().await.unwrap().into_bytes().unwrap()[..], b"00000001l");
    assert_eq!(&client.responses.recv().await.unwrap().into_bytes().unwrap()[..], b"00000003x");
    server.stop(Duration::from_secs(5)).await;
    assert!(client.responses.recv().await.is_none());
    assert!(in_process::connect("server-tests").is_err());
}

/// A broker that was closed could not be opened again at once: the accept loop gave up its name (and its port) some time after
/// `stop` had returned. A runtime of one thread, in which `stop` need not wait for anything else, shows it every time.
#[tokio::test]
async fn names_and_ports_are_free_once_it_stopped() {
    let listen = |address: SocketAddr| {
        let server = Server::new(Arc::new(Echo::default()), ServerOptions::default(), Handle::current());
        server.listen_in_process(in_process::listen("listened-on-again").unwrap());
        let address = server.listen_tcp(address).unwrap();
        (server, address)
    };
    let (mut server, address) = listen("127.0.0.1:0".parse().unwrap());
    for _ in 0..3 {
        server.stop(Duration::from_secs(5)).await;
        server = listen(address).0;
    }
}
