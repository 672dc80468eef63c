//! What an operator's tools ask over HTTP: `/metrics` in the OpenMetrics text format that Prometheus reads, `/healthz`, `/readyz`.
//!
//! Owns: the listener, the paths. Does not own: HTTP (`hyper`), what the page says (`page`, `text`).
//!
//! Nothing can be changed through it, and nothing secret is on its pages; names of topics and groups are. Whoever listens on loopback
//! alone is asked by this machine alone: a request whose `Host` is another name comes from a web page that a browser here was shown
//! (DNS rebinding), and is refused.

mod page;
mod text;

use crate::config::Listener;
use crate::node::Node;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use wellhead_base::{Code, Error, Result};

/// Connections at once; more wait to be accepted.
const CONNECTIONS_MAX: usize = 32;
/// A request's head must come within this, and a connection ends after `CONNECTION` whatever it does.
const HEAD: Duration = Duration::from_secs(10);
const CONNECTION: Duration = Duration::from_secs(300);
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Binds the listener's first address and answers on it until the task is aborted, its connections with it.
pub fn listen(node: &Arc<Node>, listener: &Listener, connections: watch::Receiver<usize>) -> Result<(SocketAddr, JoinHandle<()>)> {
    let address = listener.addresses.first().copied().ok_or_else(|| Error::invalid_arg(format!("{} has no address", listener.text)))?;
    let failed = |e: std::io::Error| Error::new(Code::FAIL, format!("cannot listen on {address} for /metrics: {e}"));
    let std_listener = std::net::TcpListener::bind(address).map_err(failed)?;
    std_listener.set_nonblocking(true).map_err(failed)?;
    let bound = std_listener.local_addr().map_err(failed)?;
    let _context = node.runtime.enter();
    let listener = TcpListener::from_std(std_listener).map_err(failed)?;
    let task = node.runtime.spawn(accept(node.clone(), listener, connections));
    Ok((bound, task))
}

async fn accept(node: Arc<Node>, listener: TcpListener, connections: watch::Receiver<usize>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    // Dropped with this task, which ends them.
    let mut open = JoinSet::new();
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { return };
        while open.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                let (node, connections) = (node.clone(), connections.clone());
                open.spawn(async move {
                    let _permit = permit;
                    let _ = tokio::time::timeout(CONNECTION, serve(node, stream, connections)).await;
                });
            }
            // Out of descriptors, perhaps: others need them more.
            Err(e) => {
                tracing::warn!("a connection for /metrics could not be accepted: {e}");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
    }
}

async fn serve(node: Arc<Node>, stream: TcpStream, connections: watch::Receiver<usize>) {
    let on_loopback = stream.local_addr().is_ok_and(|a| a.ip().is_loopback());
    let service = service_fn(move |request: Request<Incoming>| {
        let (node, connections) = (node.clone(), *connections.borrow());
        async move { Ok::<_, Infallible>(answer(&node, &request, on_loopback, connections).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(e) = served {
        tracing::debug!("a connection for /metrics: {e}");
    }
}

async fn answer(node: &Arc<Node>, request: &Request<Incoming>, on_loopback: bool, connections: usize) -> Response<Full<Bytes>> {
    if on_loopback && !request.headers().get(HOST).is_none_or(is_this_machine) {
        return plain(StatusCode::FORBIDDEN, "This listens on this machine's own address; ask for it by localhost or its number.\n");
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET is answered here.\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match request.uri().path() {
        "/metrics" => {
            let by_topic = request.uri().query().is_some_and(|q| q.split('&').any(|p| p == "by=topic"));
            let page = page::gather(node, connections, by_topic).await;
            match text::write(page) {
                Ok(text) => with_type(StatusCode::OK, text, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
                Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be written.\n"),
            }
        }
        "/healthz" => state(health(node)),
        "/readyz" => state(health(node).and_then(|()| ready(node))),
        "/" => plain(StatusCode::OK, "Wellhead. /metrics (?by=topic leaves the partitions out), /healthz, /readyz\n"),
        _ => plain(StatusCode::NOT_FOUND, "There are /metrics, /healthz and /readyz.\n"),
    }
}

/// Records can be written: an error says why not. Restarting the process may help.
fn health(node: &Node) -> Result<(), String> {
    node.log_dir.offline().map_or(Ok(()), |e| Err(format!("the data directory is offline: {e}")))
}

/// Clients can be sent here.
fn ready(node: &Node) -> Result<(), String> {
    match () {
        () if node.stopping() => Err("the node is stopping".into()),
        () if node.recovering() => Err("partitions are still being recovered after an unclean stop; those that are asked for come first".into()),
        () => Ok(()),
    }
}

fn state(state: Result<(), String>) -> Response<Full<Bytes>> {
    match state {
        Ok(()) => plain(StatusCode::OK, "ok\n"),
        Err(why) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Full<Bytes>> {
    with_type(status, text, "text/plain; charset=utf-8")
}

fn with_type(status: StatusCode, text: impl Into<Bytes>, kind: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `localhost` or a number, with or without a port.
fn is_this_machine(host: &HeaderValue) -> bool {
    let Ok(host) = host.to_str() else { return false };
    host.parse::<SocketAddr>().is_ok() || {
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(name, _)| name);
        name.eq_ignore_ascii_case("localhost") || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_machines_are_told_apart() {
        for (host, ours) in [
            ("localhost", true),
            ("LocalHost:9644", true),
            ("127.0.0.1", true),
            ("127.0.0.1:9644", true),
            ("[::1]:9644", true),
            ("[::1]", true),
            ("evil.example", false),
            ("evil.example:9644", false),
            ("localhost.evil.example:1", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(&HeaderValue::from_static(host)), ours, "{host}");
        }
    }
}
