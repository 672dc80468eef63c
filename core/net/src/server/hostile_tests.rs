//! Peers that mean no good, over real sockets and on a clock that only moves when everybody waits: slow ones, greedy ones, many of
//! one address. What each test holds is that the others are served.

use super::tests::{Echo, framed, receive, start};
use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn connect(server: &TcpStream) -> TcpStream {
    TcpStream::connect(server.peer_addr().expect("a peer")).await.expect("connecting")
}

/// Until the server closes it; what else came is an error of the test.
async fn closed_after(client: &mut TcpStream) -> Duration {
    let began = Instant::now();
    assert_eq!(client.read(&mut [0; 8]).await.unwrap_or(0), 0, "an answer to half a request");
    began.elapsed()
}

/// Descriptors for `n` connections, both ends of which are in this process.
fn room_for(n: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let may = getrlimit(Resource::Nofile).current.map_or(usize::MAX, |n| n as usize);
    n.min(may.saturating_sub(200) / 2)
}

#[tokio::test(start_paused = true)]
async fn a_healthy_client_goes_on_under_a_thousand_slow_ones_and_they_are_closed() {
    let (server, mut healthy) = start(Arc::new(Echo::default()), ServerOptions::default()).await;
    let count = room_for(1_000);
    assert!(count >= 200, "this machine lets a process open {count} connections only");
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..count {
        let mut c = connect(&healthy).await;
        slow.spawn(async move {
            let began = Instant::now();
            c.write_all(&1_000i32.to_be_bytes()).await.expect("a length");
            loop {
                let mut answer = [0; 8];
                tokio::select! {
                    n = c.read(&mut answer) => {
                        assert_eq!(n.unwrap_or(0), 0, "an answer to half a request");
                        return began.elapsed();
                    }
                    () = tokio::time::sleep(Duration::from_secs(1)) => {
                        let _ = c.write_all(b"x").await;
                    }
                }
            }
        });
    }
    // All of them are in before the clock counts.
    let mut open = server.shared.open.subscribe();
    open.wait_for(|n| *n == count + 1).await.unwrap();
    let mut served = 0;
    let mut lived = Vec::new();
    while lived.len() < count {
        let asked = Instant::now();
        healthy.write_all(&framed(b"00000001x")).await.unwrap();
        assert_eq!(receive(&mut healthy).await.unwrap(), b"00000001x");
        assert!(asked.elapsed() < Duration::from_secs(1), "the healthy client waited {:?}", asked.elapsed());
        served += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
        while let Some(done) = slow.try_join_next() {
            lived.push(done.unwrap());
        }
        assert!(served < 100, "{} of {count} slow clients are closed after 100 s", lived.len());
    }
    let (first, last) = (lived.iter().min().unwrap(), lived.iter().max().unwrap());
    assert!(*first >= HALF_FRAME && *last < 2 * HALF_FRAME + Duration::from_secs(5), "they lived {first:?} to {last:?}");
    open.wait_for(|n| *n == 1).await.unwrap();
    assert!(served >= 30, "{served}");
}

/// Before, each byte that had come bought its time for good: 1 MiB kept its memory for 94 seconds of silence.
#[tokio::test(start_paused = true)]
async fn bytes_that_came_fast_do_not_buy_a_long_silence() {
    let half_frame = Duration::from_secs(5);
    let (_server, mut client) = start(Arc::default(), ServerOptions { half_frame, ..Default::default() }).await;
    client.write_all(&[&2_000_000i32.to_be_bytes()[..], &vec![0; 1 << 20]].concat()).await.unwrap();
    let lived = closed_after(&mut client).await;
    assert!(lived >= half_frame && lived < 3 * half_frame, "{lived:?}");
}

#[tokio::test(start_paused = true)]
async fn a_large_request_over_a_slow_line_is_served() {
    let half_frame = Duration::from_secs(5);
    let (_server, mut client) = start(Arc::default(), ServerOptions { half_frame, ..Default::default() }).await;
    let began = Instant::now();
    let frame = framed(&vec![b'x'; 600_000]);
    for piece in frame.chunks(20_000) {
        client.write_all(piece).await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (mut read, len) = (0, receive(&mut client).await.unwrap().len());
    read += len;
    assert_eq!(read, 600_000);
    assert!(began.elapsed() > 4 * half_frame);
}

/// The next request waits in the socket because the server has enough to do: that is not the peer's fault.
#[tokio::test(start_paused = true)]
async fn the_clock_stands_while_the_server_does_not_read() {
    let half_frame = Duration::from_secs(5);
    let service = Arc::new(Echo::default());
    let (_server, mut client) = start(service.clone(), ServerOptions { half_frame, in_flight_max: 1, ..Default::default() }).await;
    let second = framed(b"00000002x");
    client.write_all(&[&framed(b"00000001l")[..], &second[..7]].concat()).await.unwrap();
    tokio::time::sleep(10 * half_frame).await;
    service.release.notify_one();
    assert_eq!(receive(&mut client).await.unwrap(), b"00000001l");
    client.write_all(&second[7..]).await.unwrap();
    assert_eq!(receive(&mut client).await.unwrap(), b"00000002x");
}

/// Four halves that are all larger than what is left of the budget: before, each waited for the others until all were closed.
#[tokio::test(start_paused = true)]
async fn half_requests_that_wait_for_each_others_memory_are_completed() {
    let options = ServerOptions { buffered_bytes_max: 512 * 1024, request_bytes_max: 4 << 20, ..Default::default() };
    let (server, first) = start(Arc::default(), options).await;
    let frame = framed(&vec![b'x'; 3 << 20]);
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let mut c = connect(&first).await;
        let frame = frame.clone();
        clients.spawn(async move {
            let (mut r, mut w) = c.split();
            let send = async {
                for piece in frame.chunks(200 * 1024) {
                    w.write_all(piece).await?;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                io::Result::Ok(())
            };
            let answer = async {
                let mut out = vec![0; r.read_i32().await? as usize];
                r.read_exact(&mut out).await?;
                io::Result::Ok(out.len())
            };
            let (sent, got) = tokio::join!(send, answer);
            sent.and(got)
        });
    }
    while let Some(done) = clients.join_next().await {
        assert_eq!(done.unwrap().expect("served"), 3 << 20);
    }
    assert_eq!(server.shared.starving.load(Ordering::SeqCst), 0);
    assert_eq!(server.shared.lane.available_permits(), 1);
    assert_eq!(server.shared.budget.available_permits(), 512);
}

/// A peer holds the lane and all the budget it got before, and sends just fast enough to be left alone: it is closed when somebody
/// else waits, and only then.
#[tokio::test(start_paused = true)]
async fn memory_that_others_wait_for_is_not_held_for_long() {
    let half_frame = Duration::from_secs(5);
    let options = ServerOptions { half_frame, buffered_bytes_max: 256 * 1024, request_bytes_max: 100 << 20, ..Default::default() };
    let (server, mut healthy) = start(Arc::default(), options).await;
    let mut c = connect(&healthy).await;
    let greedy = tokio::spawn(async move {
        let _ = c.write_all(&[&(90i32 << 20).to_be_bytes()[..], &vec![0; 300 * 1024]].concat()).await;
        let began = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if c.write_all(&vec![0; 40_000]).await.is_err() {
                return began.elapsed();
            }
        }
    });
    tokio::time::sleep(10 * half_frame).await;
    assert!(!greedy.is_finished(), "nobody waited, and it came fast enough");
    assert_eq!((server.shared.lane.available_permits(), server.shared.starving.load(Ordering::SeqCst)), (0, 0));
    let asked = Instant::now();
    let (mut r, mut w) = healthy.split();
    let frame = framed(&vec![b'x'; 2 << 20]);
    let answer = async {
        let mut out = vec![0; r.read_i32().await? as usize];
        r.read_exact(&mut out).await.map(|_| out.len())
    };
    let (sent, len) = tokio::join!(w.write_all(&frame), answer);
    sent.unwrap();
    assert_eq!(len.unwrap(), 2 << 20);
    assert!(asked.elapsed() < 2 * half_frame, "the healthy client waited {:?}", asked.elapsed());
    assert!(greedy.await.unwrap() > 10 * half_frame);
}

#[tokio::test]
async fn what_a_peer_has_of_ipv6_counts_as_one_address() {
    let options = ServerOptions { connections_per_ip_max: 2, connections_max: 5, ..Default::default() };
    let server = Server::new(Arc::new(Echo::default()), options, Handle::current());
    let take = |ip: &str| Place::take(&server.shared, Some(ip.parse::<IpAddr>().expect("an address").to_canonical()));
    let mut places = vec![take("2001:db8:1:2::1").unwrap(), take("2001:db8:1:2:ffff:ffff:ffff:ffff").unwrap()];
    assert_eq!(take("2001:db8:1:2:3::9").err(), Some("max.connections.per.ip is reached"));
    places.push(take("2001:db8:1:3::1").unwrap());
    places.push(take("10.0.0.1").unwrap());
    places.push(take("::ffff:10.0.0.1").unwrap());
    assert_eq!(take("10.0.0.2").err(), Some("max.connections is reached"));
    drop(places);
    assert!(server.shared.per_ip.lock().is_empty());
    // An IPv4 address written as an IPv6 one is that address and not one of a network of all of them.
    places = vec![take("::ffff:10.0.0.1").unwrap(), take("10.0.0.1").unwrap()];
    assert!(take("::ffff:10.0.0.1").is_err() && take("::ffff:10.0.0.2").is_ok());
    drop(places);
}

/// What `f` logs on this thread.
fn logged(f: impl FnOnce()) -> String {
    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);
    impl io::Write for Buffer {
        fn write(&mut self, b: &[u8]) -> io::Result<usize> {
            self.0.lock().extend_from_slice(b);
            Ok(b.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let buffer = Buffer::default();
    let writer = buffer.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, f);
    String::from_utf8(std::mem::take(&mut *buffer.0.lock())).expect("text")
}

#[test]
fn the_log_lines_about_peers_are_few_and_name_them() {
    let complaints = Complaints::default();
    let peers: Vec<SocketAddr> = (1..=100).map(|port| SocketAddr::from(([192, 0, 2, 7], port))).collect();
    let said = logged(|| peers.iter().for_each(|p| complaints.say(p, "max.connections is reached")));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), Complaints::PER_SECOND as usize, "{said}");
    assert!(lines[3].contains("192.0.2.7:4") && lines[3].contains("max.connections is reached"), "{said}");
    assert_eq!(complaints.state.lock().2, 100 - u64::from(Complaints::PER_SECOND), "the others are counted");
}
