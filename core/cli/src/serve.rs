//! `wellhead serve`: a node until SIGTERM or SIGINT.

use crate::args::Serve;
use crate::fail::{Done, Failure, Result};
use crate::{output, properties, stop};
use std::path::PathBuf;
use wellhead::{Broker, raise_open_files_limit};
use wellhead_base::props::{self, broker};

pub fn run(args: &Serve) -> Done {
    let plan = plan(args)?;
    // Before the broker opens, so that a stop meanwhile is a stop and not a kill.
    let signal = stop::Signal::new()?;
    raise_open_files_limit();
    let broker = Broker::open(&plan.data, &plan.properties).map_err(|e| explain(&plan, e.message()))?;
    let listens = broker.bootstrap_servers();
    let data = std::fs::canonicalize(&plan.data).unwrap_or_else(|_| plan.data.clone());
    let mut out = output::Out::stdout(false);
    // Whoever started this may have closed its end; a server goes on.
    let _ =
        out.line(&format!("wellhead {} listens on {listens}, data in {}, durability {}", env!("CARGO_PKG_VERSION"), data.display(), plan.durability));
    if let Some(admin) = broker.admin_addr() {
        let _ = out.line(&format!("http://{admin}/metrics is answered, /healthz and /readyz too"));
    }
    let _ = out.flush();
    drop(out);
    signal.wait()?;
    Ok(broker.close()?)
}

#[derive(Debug)]
struct Plan {
    data: PathBuf,
    listen: String,
    properties: Vec<(String, String)>,
    durability: String,
}

/// What the arguments and the file come to. An argument goes before -c, and -c before the file.
fn plan(args: &Serve) -> Result<Plan> {
    let mut properties = args.config.as_deref().map(properties::read).transpose()?.unwrap_or_default();
    properties.extend(args.property.iter().cloned());
    let last = |properties: &[(String, String)], names: &[&str]| {
        properties.iter().rev().find(|(k, v)| names.contains(&k.as_str()) && !v.is_empty()).map(|(_, v)| v.clone())
    };
    let data = match &args.data {
        Some(d) => d.clone(),
        None => last(&properties, &["log.dirs", "log.dir"]).map_or_else(|| PathBuf::from("wellhead-data"), PathBuf::from),
    };
    properties.retain(|(k, _)| k != "log.dirs" && k != "log.dir");
    let listen = match &args.listen {
        Some(l) => l.clone(),
        None => last(&properties, &["listeners"]).unwrap_or_else(|| "127.0.0.1:9092".to_owned()),
    };
    properties.retain(|(k, _)| k != "listeners");
    properties.push(("listeners".to_owned(), listen.clone()));
    properties.extend(args.admin.iter().map(|a| ("wellhead.admin.listener".to_owned(), a.clone())));
    let name = "wellhead.durability";
    let durability = last(&properties, &[name]).or_else(|| props::find(broker::TABLE, name).map(|p| p.default.to_owned())).unwrap_or_default();
    Ok(Plan { data, listen, properties, durability })
}

/// Says which of the two things that are usually wrong it was, and what to do.
fn explain(plan: &Plan, message: &str) -> Failure {
    let said = message.to_ascii_lowercase();
    let dir = plan.data.display();
    let full = |what: &str| if message.contains(what) { String::new() } else { format!(" ({what})") };
    if said.contains("choose another") {
        return Failure::new(message);
    }
    let (at_dir, at_port) = (full(&dir.to_string()), full(&plan.listen));
    if said.contains("address already in use") || said.contains("address in use") {
        return Failure::new(format!("{message}{at_port}"))
            .hint("Something else uses that port; choose another with --listen HOST:PORT (port 0 takes a free one).");
    }
    if said.contains("cannot assign requested address") || said.contains("resolve") {
        return Failure::new(format!("{message}{at_port}")).hint("--listen takes an address of this machine, as HOST:PORT.");
    }
    if said.contains("lock") || said.contains("another process") {
        return Failure::new(format!("{message}{at_dir}")).hint("Stop the other process, or choose another directory with --data DIR.");
    }
    if said.contains("permission denied") || said.contains("read-only") || said.contains("cannot open the data directory") {
        // A port below 1024 is refused in the same words.
        let privileged = plan.listen.rsplit(':').next().and_then(|p| p.parse::<u16>().ok()).is_some_and(|p| (1..1024).contains(&p))
            && !message.contains(&dir.to_string());
        return if privileged {
            Failure::new(format!("{message}{at_port}")).hint("Ports below 1024 need more rights; choose another with --listen HOST:PORT.")
        } else {
            Failure::new(format!("{message}{at_dir}")).hint("Choose a directory that you may write with --data DIR.")
        };
    }
    if said.contains("no space") || said.contains("disk quota") {
        return Failure::new(format!("{message}{at_dir}")).hint("Make room on that disk, or choose a directory on another with --data DIR.");
    }
    Failure::new(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn args() -> Serve {
        Serve { data: None, listen: None, admin: None, property: Vec::new(), config: None, log_format: None }
    }
    fn get<'a>(p: &'a Plan, k: &str) -> Vec<&'a str> {
        p.properties.iter().filter(|(n, _)| n == k).map(|(_, v)| v.as_str()).collect()
    }

    #[test]
    fn defaults_are_local() {
        let p = plan(&args()).unwrap();
        assert_eq!((p.data.as_path(), p.listen.as_str(), p.durability.as_str()), (Path::new("wellhead-data"), "127.0.0.1:9092", "fsync"));
        assert_eq!(get(&p, "listeners"), ["127.0.0.1:9092"]);
    }

    #[test]
    fn the_nearer_word_wins() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("server.properties");
        std::fs::write(&file, "listeners=PLAINTEXT://:1\nlog.dirs=/from/file\nnum.partitions=4\nwellhead.durability=page-cache\n").unwrap();
        let p = plan(&Serve { config: Some(file.clone()), property: vec![("num.partitions".into(), "5".into())], ..args() }).unwrap();
        assert_eq!(p.data, Path::new("/from/file"));
        assert_eq!(get(&p, "listeners"), ["PLAINTEXT://:1"]);
        assert_eq!(get(&p, "num.partitions").last(), Some(&"5"));
        assert_eq!(p.durability, "page-cache");
        assert!(get(&p, "log.dirs").is_empty());
        let p = plan(&Serve { config: Some(file), data: Some("/d".into()), listen: Some("h:2".into()), ..args() }).unwrap();
        assert_eq!((p.data.as_path(), get(&p, "listeners")), (Path::new("/d"), vec!["h:2"]));
        let missing = plan(&Serve { config: Some(dir.path().join("none")), ..args() }).unwrap_err().to_string();
        assert!(missing.contains("none"), "{missing}");
    }

    #[test]
    fn failures_say_what_to_do() {
        let p = plan(&Serve { data: Some("/d".into()), listen: Some("127.0.0.1:9092".into()), ..args() }).unwrap();
        for (message, place, advice) in [
            ("Address already in use (os error 98)", "127.0.0.1:9092", "--listen"),
            ("the data directory is locked by another process", "/d", "--data"),
            ("Permission denied (os error 13)", "/d", "--data"),
            ("No space left on device", "/d", "--data"),
        ] {
            let said = explain(&p, message).to_string();
            assert!(said.contains(place) && said.contains(advice), "{said}");
        }
        let unknown = "No such configuration property: \"x\"";
        assert_eq!(explain(&p, unknown).to_string(), format!("{unknown}."));
    }
}
