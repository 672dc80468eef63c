//! The cluster that a command talks to, and what to say when it cannot.

use crate::args::Global;
use crate::fail::{Done, Failure, Result};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;
use wellhead::{Admin, Code, Error};
use wellhead_base::props;

/// The client's side of a command.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub bootstrap: String,
    properties: Vec<(String, String)>,
    pub timeout: Duration,
}

impl Cluster {
    pub fn new(global: &Global) -> Self {
        let set = global.property.iter().rev().find(|(k, _)| k == "bootstrap.servers" || k == "metadata.broker.list").map(|(_, v)| v.clone());
        let env = || std::env::var("WELLHEAD_BOOTSTRAP").ok().filter(|s| !s.is_empty());
        let bootstrap = global.bootstrap.clone().or(set).or_else(env).unwrap_or_else(|| "localhost:9092".to_owned());
        Self::at(bootstrap, global)
    }
    pub fn at(bootstrap: String, global: &Global) -> Self {
        let properties = global.property.iter().filter(|(k, _)| k != "bootstrap.servers" && k != "metadata.broker.list").cloned().collect();
        Self { bootstrap, properties, timeout: Duration::from_secs(global.timeout) }
    }

    /// A client's properties: ours first, then what -X says.
    pub fn properties(&self, ours: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut all = vec![("bootstrap.servers".to_owned(), self.bootstrap.clone()), ("client.id".to_owned(), "wellhead-cli".to_owned())];
        all.extend(ours.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())));
        all.extend(self.properties.iter().cloned());
        all
    }

    /// Fails at once when nothing listens at any of the addresses: a client would go on trying.
    pub fn reach(&self) -> Done {
        let mut why = None;
        for address in self.bootstrap.split(',').map(str::trim).filter(|a| !a.is_empty()) {
            if address.starts_with("embedded:") {
                return Ok(());
            }
            match try_connect(address, self.timeout.min(Duration::from_secs(5))) {
                Ok(()) => return Ok(()),
                Err(e) => why = Some((address, e)),
            }
        }
        let Some((address, e)) = why else { return Err(Failure::new("No broker's address is given").hint("Name one with --bootstrap HOST:PORT.")) };
        Err(Failure::new(format!("Cannot reach a broker at {address}: {e}"))
            .hint("Start one there with `wellhead serve`, or name another with --bootstrap HOST:PORT."))
    }

    pub fn admin(&self) -> Result<Admin> {
        self.reach()?;
        Ok(Admin::new(self.properties(&[]))?)
    }

    /// Says where, when an error is about not being answered.
    pub fn failure(&self, e: &Error) -> Failure {
        match e.code {
            Code::TRANSPORT | Code::ALL_BROKERS_DOWN | Code::RESOLVE | Code::TIMED_OUT => {
                let at = if e.message().contains(&self.bootstrap) { String::new() } else { format!(" ({})", self.bootstrap) };
                Failure::new(format!("The broker does not answer{at}: {}", e.message()))
                    .hint("Is it a Kafka-protocol broker without TLS? WELLHEAD_LOG=debug shows what happens; --timeout SECONDS waits longer.")
            }
            _ => Failure::from(e.clone()),
        }
    }

    /// The failure for a topic that is not there: it offers the nearest name.
    pub fn no_such_topic(&self, admin: &Admin, name: &str) -> Failure {
        let failure = Failure::new(format!("There is no topic \"{name}\""));
        let Ok(all) = admin.metadata(None, self.timeout) else { return failure };
        match props::nearest(all.topics.iter().map(|t| &*t.name), name) {
            Some(near) => failure.hint(format!("Did you mean \"{near}\"?")),
            None => failure.hint(format!("`wellhead topic list` shows them; `wellhead topic create {name}` makes it.")),
        }
    }
    /// The failure of something about one topic.
    pub fn topic_failure(&self, admin: &Admin, name: &str, e: &Error) -> Failure {
        match e.code {
            Code::UNKNOWN_TOPIC_OR_PART | Code::UNKNOWN_TOPIC | Code::UNKNOWN_TOPIC_ID => self.no_such_topic(admin, name),
            Code::TOPIC_EXCEPTION => Failure::new(format!("\"{name}\" cannot be a topic's name")).hint("Names have 1 to 249 of a-z A-Z 0-9 . _ -"),
            _ => self.failure(e),
        }
    }
}

pub fn try_connect(address: &str, timeout: Duration) -> std::result::Result<(), String> {
    let bare = address.split_once("://").map_or(address, |(_, a)| a);
    // A bare IPv6 address has colons and no port.
    let has_port = bare
        .rsplit_once(':')
        .is_some_and(|(host, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && (!host.contains(':') || host.ends_with(']')));
    let full = if has_port { bare.to_owned() } else { format!("{bare}:9092") };
    let all = full.to_socket_addrs().map_err(|e| format!("the name cannot be resolved ({e})"))?;
    let mut why = "the name has no address".to_owned();
    for a in all {
        match TcpStream::connect_timeout(&a, timeout) {
            Ok(_) => return Ok(()),
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionRefused => "connection refused".clone_into(&mut why),
            Err(e) if e.kind() == std::io::ErrorKind::TimedOut => "no answer".clone_into(&mut why),
            Err(e) => why = e.to_string(),
        }
    }
    Err(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_port_is_named() {
        // A port that was ours a moment ago and that nothing listens on now.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let global = Global { bootstrap: Some(format!("127.0.0.1:{port}")), timeout: 5, ..Global::default() };
        let said = Cluster::new(&global).reach().unwrap_err().to_string();
        assert!(said.contains(&format!("127.0.0.1:{port}")) && said.contains("connection refused") && said.contains("wellhead serve"), "{said}");
    }

    #[test]
    fn an_open_port_among_several_is_enough() {
        let open = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let global = Global { bootstrap: Some(format!("127.0.0.1:1, {}", open.local_addr().unwrap())), timeout: 5, ..Global::default() };
        Cluster::new(&global).reach().unwrap();
    }

    #[test]
    fn what_is_set_goes_before_what_is_not() {
        let mut global =
            Global { timeout: 5, property: vec![("bootstrap.servers".into(), "a:1".into()), ("linger.ms".into(), "7".into())], ..Global::default() };
        assert_eq!(Cluster::new(&global).bootstrap, "a:1");
        global.bootstrap = Some("b:2".into());
        let c = Cluster::new(&global);
        assert_eq!(c.bootstrap, "b:2");
        let p = c.properties(&[("linger.ms", "1")]);
        assert_eq!(p.iter().filter(|(k, _)| k == "bootstrap.servers").count(), 1);
        assert_eq!(p.last().unwrap(), &("linger.ms".to_owned(), "7".to_owned()), "-X goes last, so that it wins");
    }
}
