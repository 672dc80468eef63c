//! Where a broker is.

use std::fmt;
use wellhead_base::{Error, Result};

/// A broker's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Address {
    Tcp {
        host: String,
        port: u16,
    },
    /// A broker opened in this process, by the name it registered.
    Embedded(String),
}

/// The port when none is given.
pub const DEFAULT_PORT: u16 = 9092;

impl Address {
    /// Reads `host:port`, `host`, `[v6]:port`, `PLAINTEXT://host:port` or `embedded:NAME`.
    pub fn parse(text: &str) -> Result<Address> {
        let bad = |why: &str| Err(Error::invalid_arg(format!("bad address \"{text}\": {why}")));
        let t = text.trim();
        if let Some(name) = t.strip_prefix("embedded:") {
            return if name.is_empty() { bad("no name after embedded:") } else { Ok(Address::Embedded(name.to_owned())) };
        }
        let t = match t.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("plaintext") => rest,
            Some((scheme, _)) => return bad(&format!("security protocol {scheme} is not supported yet")),
            None => t,
        };
        let (host, port) = if let Some(rest) = t.strip_prefix('[') {
            match rest.split_once(']') {
                Some((h, "")) => (h, None),
                Some((h, p)) => match p.strip_prefix(':') {
                    Some(p) => (h, Some(p)),
                    None => return bad("expected [address]:port"),
                },
                None => return bad("missing ]"),
            }
        } else {
            match t.rsplit_once(':') {
                Some((h, p)) if !h.contains(':') => (h, Some(p)),
                Some(_) => (t, None), // a bare IPv6 address
                None => (t, None),
            }
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return bad("no host name");
        }
        let port = match port {
            None => DEFAULT_PORT,
            Some(p) => match p.parse::<u16>() {
                Ok(n) if n != 0 => n,
                _ => return bad("expected a port from 1 to 65535"),
            },
        };
        Ok(Address::Tcp { host: host.to_owned(), port })
    }

    /// Reads a comma-separated list; empty entries are skipped.
    pub fn parse_list(text: &str) -> Result<Vec<Address>> {
        text.split(',').map(str::trim).filter(|s| !s.is_empty()).map(Address::parse).collect()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Tcp { host, port } => write!(f, "{host}:{port}"),
            Address::Embedded(name) => write!(f, "embedded:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let tcp = |h: &str, port| Address::Tcp { host: h.into(), port };
        for (text, want) in [
            ("localhost:9092", tcp("localhost", 9092)),
            ("h", tcp("h", 9092)),
            ("[::1]:77", tcp("::1", 77)),
            ("::1", tcp("::1", 9092)),
            ("PLAINTEXT://a:1", tcp("a", 1)),
            ("embedded:/x/y z", Address::Embedded("/x/y z".into())),
        ] {
            assert_eq!(Address::parse(text).unwrap(), want, "{text}");
        }
        for bad in ["", ":9092", "h:0", "h:99999", "h:x", "SSL://h:1", "[::1", "[::1]x", "embedded:", "a b:1"] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Address::parse_list("a:1, b:2,,").unwrap().len(), 2);
    }
}
