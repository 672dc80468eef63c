//! The smallest server: `serve DIR [property=value ...]` runs until SIGTERM or Ctrl-C. The command `wellhead serve` is the one for
//! users; this one has no dependency above the broker.

use std::path::Path;
use wellhead_broker::Broker;

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = args.next().unwrap_or_else(|| "./wellhead-data".into());
    let properties: Vec<(String, String)> = args.filter_map(|a| a.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()))).collect();
    let broker = match Broker::open(Path::new(&dir), &properties) {
        Ok(b) => b,
        Err(e) => {
            eprintln!("{e}");
            std::process::exit(1);
        }
    };
    println!("{}", broker.bootstrap_servers());
    let (tell, told) = std::sync::mpsc::channel();
    let runtime = wellhead_net::runtime().expect("the broker runs on it");
    runtime.spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut term, mut int) = (signal(SignalKind::terminate()).expect("SIGTERM"), signal(SignalKind::interrupt()).expect("SIGINT"));
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        let _ = tell.send(());
    });
    let _ = told.recv();
    if let Err(e) = broker.close() {
        eprintln!("{e}");
        std::process::exit(1);
    }
}
