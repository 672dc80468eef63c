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

/// What would end an entry of a list, or be trimmed from it, is written as %2C, %25 and %20, so that any directory can be named.
fn escaped(name: &str) -> String {
    let edge = |i: usize, c: char| c == ' ' && (i == 0 || i + 1 == name.len());
    let mut out = String::with_capacity(name.len());
    for (i, c) in name.char_indices() {
        match c {
            ',' => out.push_str("%2C"),
            '%' => out.push_str("%25"),
            c if edge(i, c) => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

/// The name as it was before `escaped`; a percent sign that begins none of its three forms stands for itself.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let (c, used) = match rest.get(at + 1..at + 3) {
            Some("2C" | "2c") => (',', 3),
            Some("25") => ('%', 3),
            Some("20") => (' ', 3),
            _ => ('%', 1),
        };
        out.push(c);
        rest = &rest[at + used..];
    }
    out + rest
}

/// The port when none is given.
pub const DEFAULT_PORT: u16 = 9092;

impl Address {
    /// Reads `host:port`, `host`, `[v6]:port`, `PLAINTEXT://host:port` or `embedded:NAME`.
    pub fn parse(text: &str) -> Result<Address> {
        let bad = |why: &str| Err(Error::invalid_arg(format!("bad address \"{text}\": {why}")));
        let t = text.trim();
        if let Some(name) = t.strip_prefix("embedded:") {
            return if name.is_empty() { bad("no name after embedded:") } else { Ok(Address::Embedded(unescaped(name))) };
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
            Address::Embedded(name) => write!(f, "embedded:{}", escaped(name)),
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

    /// A directory with a comma in its name could be opened as a broker and not be reached: its address was two.
    #[test]
    fn any_name_survives_a_list() {
        for name in ["/a,b", "/100%", "/%2C", " /x ", "/ä,%,ö", ",", " ", "%25,%"] {
            let address = Address::Embedded(name.into());
            let list = Address::parse_list(&format!("{address}, h:1")).unwrap();
            assert_eq!(list, [address, Address::Tcp { host: "h".into(), port: 1 }], "{name:?}");
        }
        assert_eq!(Address::parse("embedded:/100%/x").unwrap(), Address::Embedded("/100%/x".into()));
    }
}
