//! A broker that lies: it stands before a real one, passes on what it is asked, and says something else at one place of one kind of
//! answer, for as many answers as it was told to. Then it is honest again.

use crate::memory::directory;
use crate::schema::Message;
use crate::walk::{self, Kind, Mark};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wellhead_broker::Broker;
use wellhead_wire::headers::response_header_version;

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Wrong {
    /// The n-th lie about the n-th place.
    Place(usize, usize),
    /// Ends after so many bytes, and its length says so.
    Cut(usize),
    /// A byte changed.
    Flip(usize, u8),
    /// Another request's number.
    Correlation,
    /// The length field, and nothing behind it.
    Length(i32),
    /// Comes twice.
    Twice,
    /// Bytes behind the message.
    Longer,
    /// The connection ends instead.
    Hangup,
}

#[derive(Debug, Clone)]
struct Plan {
    key: i16,
    wrong: Wrong,
    times: usize,
}

#[derive(Default)]
struct State {
    plan: Option<Plan>,
    /// Lies told since the plan was made, and the last one in words.
    told: usize,
    what: String,
    /// The last honest answer of each API: version and body.
    seen: BTreeMap<i16, (i16, Vec<u8>)>,
}

pub struct Proxy {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    broker: Broker,
    _dir: tempfile::TempDir,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    pub fn start(definitions: &Arc<Vec<Message>>) -> Proxy {
        let rt = wellhead_net::runtime().expect("the runtime");
        let listener = rt.block_on(TcpListener::bind("127.0.0.1:0")).expect("listening");
        let address = listener.local_addr().expect("an address");
        let dir = directory();
        let properties = [
            ("listeners", "127.0.0.1:0".to_owned()),
            ("advertised.listeners", address.to_string()),
            ("offsets.topic.num.partitions", "1".to_owned()),
        ];
        let properties: Vec<_> = properties.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let broker = Broker::open(dir.path(), &properties).expect("an open broker");
        let upstream = broker.listen_addrs()[0];
        let state = Arc::<Mutex<State>>::default();
        let (shared, definitions) = (state.clone(), definitions.clone());
        let task = rt.spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let Ok((client, _)) = listener.accept().await else { return };
                let (state, definitions) = (shared.clone(), definitions.clone());
                connections.spawn(async move {
                    if let Ok(server) = TcpStream::connect(upstream).await {
                        let _ = pass(client, server, &state, &definitions).await;
                    }
                });
            }
        });
        Proxy { state, address, broker, _dir: dir, task }
    }

    /// Where the liar listens.
    pub fn address(&self) -> String {
        self.address.to_string()
    }
    /// Where the truth is.
    pub fn behind(&self) -> String {
        self.broker.bootstrap_servers()
    }

    /// From now on the next `times` answers of an API are wrong.
    pub fn lie(&self, key: i16, wrong: Wrong, times: usize) {
        let mut s = self.state.lock();
        s.plan = Some(Plan { key, wrong, times });
        s.told = 0;
        s.what.clear();
    }
    /// Lies told since `lie`, and the last one in words. Ends them.
    pub fn honest(&self) -> (usize, String) {
        let mut s = self.state.lock();
        s.plan = None;
        (s.told, s.what.clone())
    }
    /// The last lie.
    pub fn words(&self) -> String {
        self.state.lock().what.clone()
    }
    /// The last honest answers by API: version and body.
    pub fn seen(&self) -> BTreeMap<i16, (i16, Vec<u8>)> {
        self.state.lock().seen.clone()
    }
}

/// The places of an answer, one for each field: of the elements of an array the first one stands for all.
pub fn places(m: &Message, version: i16, body: &[u8]) -> Vec<Mark> {
    let mut out: Vec<Mark> = Vec::new();
    for mark in walk::marks(m, version, body).map(|m| m.0).unwrap_or_default() {
        // Names of hosts would be looked up.
        let host = mark.kind == Kind::Text && mark.path.ends_with(".Host");
        if !host && !out.iter().any(|o| o.path == mark.path && o.kind == mark.kind) {
            out.push(mark);
        }
    }
    out
}

async fn frame(from: &mut (impl AsyncReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let len = from.read_i32().await?;
    let mut out = vec![0; len as usize];
    from.read_exact(&mut out).await?;
    Ok(out)
}

async fn pass(mut client: TcpStream, mut server: TcpStream, state: &Mutex<State>, definitions: &[Message]) -> std::io::Result<()> {
    let _ = (client.set_nodelay(true), server.set_nodelay(true), client.set_zero_linger(), server.set_zero_linger());
    let asked = Mutex::new(HashMap::<i32, (i16, i16)>::new());
    let (mut client_read, mut client_write) = client.split();
    let (mut server_read, mut server_write) = server.split();
    let there = async {
        loop {
            let request = frame(&mut client_read).await?;
            let i16_at = |at: usize| i16::from_be_bytes([request[at], request[at + 1]]);
            let id = i32::from_be_bytes(request[4..8].try_into().expect("4 bytes"));
            asked.lock().insert(id, (i16_at(0), i16_at(2)));
            server_write.write_i32(request.len() as i32).await?;
            server_write.write_all(&request).await?;
        }
    };
    let back = async {
        loop {
            let answer = frame(&mut server_read).await?;
            let id = i32::from_be_bytes(answer[..4].try_into().expect("4 bytes"));
            let (key, version) = asked.lock().remove(&id).expect("an answer to what was asked");
            match changed(state, definitions, key, version, &answer) {
                Some(bytes) if bytes.is_empty() => return Ok(()),
                Some(bytes) => client_write.write_all(&bytes).await?,
                None => {
                    client_write.write_i32(answer.len() as i32).await?;
                    client_write.write_all(&answer).await?;
                }
            }
        }
    };
    tokio::select! {
        r = there => r,
        r = back => r,
    }
}

/// What goes out instead of an answer, its length field included; nothing ends the connection. None: the answer as it is.
fn changed(state: &Mutex<State>, definitions: &[Message], key: i16, version: i16, answer: &[u8]) -> Option<Vec<u8>> {
    let head = 4 + response_header_version(key, version) as usize;
    let mut s = state.lock();
    let Some(plan) = s.plan.clone().filter(|p| p.key == key && s.told < p.times) else {
        s.seen.insert(key, (version, answer[head..].to_vec()));
        return None;
    };
    let with_length = |b: Vec<u8>| [&(b.len() as i32).to_be_bytes()[..], &b].concat();
    let (what, bytes) = match plan.wrong {
        Wrong::Place(place, lie) => {
            let m = definitions.iter().find(|m| m.kind == "response" && m.api_key == key)?;
            let body = &answer[head..];
            let lie = walk::lies(body, places(m, version, body).get(place)?).into_iter().nth(lie)?;
            (lie.what, with_length([&answer[..head], &lie.bytes].concat()))
        }
        Wrong::Cut(n) if n < answer.len() => (format!("cut at {n}"), with_length(answer[..n].to_vec())),
        Wrong::Flip(at, by) if at < answer.len() => {
            let mut b = answer.to_vec();
            b[at] ^= by;
            (format!("byte {at} changed by {by:#x}"), with_length(b))
        }
        Wrong::Cut(_) | Wrong::Flip(..) => return None,
        Wrong::Correlation => ("another correlation id".into(), with_length([&[0x55; 4], &answer[4..]].concat())),
        Wrong::Length(n) => (format!("a length of {n}"), n.to_be_bytes().to_vec()),
        Wrong::Twice => ("twice".into(), [with_length(answer.to_vec()), with_length(answer.to_vec())].concat()),
        Wrong::Longer => ("bytes behind it".into(), with_length([answer, &[0xff; 64]].concat())),
        Wrong::Hangup => ("the connection ends".into(), Vec::new()),
    };
    s.told += 1;
    s.what = format!("API {key} v{version}: {what}");
    Some(bytes)
}
