//! `wellhead doctor`: what is wrong, or will be, with this machine, a data directory, a set-up and a cluster as it looks from here.
//!
//! Owns: the checks and what they advise. Changes nothing: in the data directory it writes one file of its own, which it removes. Each
//! check gives one finding, good or bad, so that what was looked at can be seen.

use crate::args::{Doctor, Global};
use crate::connect::{Cluster, try_connect};
use crate::fail::{Done, Failure};
use crate::{output, properties};
use rustix::fs::{FlockOperation, flock, statfs};
use rustix::process::{Resource, getrlimit};
use serde_json::json;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::net::{IpAddr, ToSocketAddrs};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use wellhead::admin::{ConfigResource, ResourceType};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Ok,
    Warning,
    Problem,
}
impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        }
    }
}

/// What one check saw, and what to do about it.
#[derive(Debug)]
struct Finding {
    level: Level,
    about: &'static str,
    seen: String,
    advice: Option<String>,
}

#[derive(Default, Debug)]
struct Findings(Vec<Finding>);
impl Findings {
    fn ok(&mut self, about: &'static str, seen: impl Into<String>) {
        self.0.push(Finding { level: Level::Ok, about, seen: seen.into(), advice: None });
    }
    fn warning(&mut self, about: &'static str, seen: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Finding { level: Level::Warning, about, seen: seen.into(), advice: Some(advice.into()) });
    }
    fn problem(&mut self, about: &'static str, seen: impl Into<String>, advice: impl Into<String>) {
        self.0.push(Finding { level: Level::Problem, about, seen: seen.into(), advice: Some(advice.into()) });
    }
    fn count(&self, level: Level) -> usize {
        self.0.iter().filter(|f| f.level == level).count()
    }
}

pub fn run(global: &Global, args: &Doctor) -> Done {
    let mut found = Findings::default();
    let set = args.config.as_deref().map(properties::read).transpose()?.unwrap_or_default();
    machine(&mut found);
    let of = |name: &str| set.iter().rev().find(|(k, _)| k == name).map(|(_, v)| v.clone()).filter(|v| !v.is_empty());
    let data = args.data.clone().or_else(|| of("log.dirs").or_else(|| of("log.dir")).map(PathBuf::from)).unwrap_or_else(|| "wellhead-data".into());
    directory(&mut found, &data);
    if args.config.is_some() {
        listeners(&mut found, of("listeners").as_deref().unwrap_or("127.0.0.1:9092"), of("advertised.listeners").as_deref());
    }
    cluster(&mut found, global);
    say(global, &found)?;
    let (problems, warnings) = (found.count(Level::Problem), found.count(Level::Warning));
    if problems > 0 { Err(Failure::new(format!("{problems} problem(s), {warnings} warning(s)"))) } else { Ok(()) }
}

fn say(global: &Global, found: &Findings) -> Done {
    let mut out = output::Out::stdout(global.json);
    if out.json {
        let rows = found.0.iter().map(|f| json!({ "level": f.level.name(), "about": f.about, "seen": f.seen, "advice": f.advice }));
        out.value(&rows.collect())?;
    } else {
        for f in &found.0 {
            out.line(&format!("{:<8} {}: {}", f.level.name(), f.about, f.seen))?;
            if let Some(advice) = &f.advice {
                out.line(&format!("{:<8} {advice}", ""))?;
            }
        }
        if found.count(Level::Problem) == 0 {
            out.line(&format!("No problem was found, {} warning(s).", found.count(Level::Warning)))?;
        }
    }
    out.flush()
}

/// Below this many files a broker soon has no room for segments and connections.
const FILES_MIN: u64 = 4_096;
const MEMORY_MIN: u64 = 256 << 20;

fn machine(found: &mut Findings) {
    let limit = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    if limit < FILES_MIN {
        let advice = "Raise it (ulimit -Hn, LimitNOFILE= of systemd, --ulimit nofile= of a container): segments and connections are files.";
        found.warning("open files", format!("this process may open {limit}"), advice);
    } else {
        found.ok("open files", if limit == u64::MAX { "no limit".to_owned() } else { format!("up to {limit}") });
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    // 2024-01-01; this program is younger.
    if now < 1_704_067_200 {
        found.problem("clock", "it is in the past", "Set it: records get their time from it, and retention would remove them at once when it jumps.");
    } else {
        found.ok("clock", "plausible");
    }
    let available = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kb| kb << 10)
    });
    match available {
        Some(bytes) if bytes < MEMORY_MIN => {
            found.warning(
                "memory",
                format!("{} MB are available", bytes >> 20),
                "Reads come from the disk then; some hundred MB for the page cache are well spent.",
            );
        }
        Some(bytes) => found.ok("memory", format!("{} MB are available", bytes >> 20)),
        None => {}
    }
}

/// The numbers by which Linux names file systems (linux/magic.h).
fn file_system(kind: i64) -> Option<(Level, &'static str, &'static str)> {
    const NETWORK: &str = "Whether a sync there is a sync is up to the other side. A disk of this machine is the safe choice.";
    Some(match kind & 0xffff_ffff {
        0x0102_1994 | 0x8584_58f6 => {
            (Level::Problem, "in memory (tmpfs)", "Everything is gone when the machine restarts. Choose a directory on a disk.")
        }
        0x6969 => (Level::Warning, "NFS", NETWORK),
        0xff53_4d42 | 0xfe53_4d42 | 0x517b => (Level::Warning, "SMB", NETWORK),
        0x6573_5546 => (Level::Warning, "FUSE", NETWORK),
        0x794c_7630 => (Level::Warning, "a container's own layer (overlayfs)", "It goes with the container. Mount a volume there."),
        _ => return None,
    })
}

const FREE_MIN: u64 = 1 << 30;
const SYNCS: usize = 20;
/// A sync that is quicker did not reach a disk, or one with a battery; one that is slower is felt with every acks=all.
const SYNC_TOO_QUICK: Duration = Duration::from_micros(15);
const SYNC_SLOW: Duration = Duration::from_millis(20);

fn directory(found: &mut Findings, dir: &Path) {
    const ABOUT: &str = "data directory";
    let shown = dir.display();
    let there = fs::metadata(dir);
    // What is not there yet will be made in the nearest one above it that is.
    let place = dir.ancestors().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p }).find(|p| p.exists()).unwrap_or(Path::new("."));
    match &there {
        Ok(m) if !m.is_dir() => return found.problem(ABOUT, format!("{shown} is no directory"), "Choose another with --data DIR."),
        Ok(m) => {
            if m.permissions().mode() & 0o002 != 0 {
                found.warning(ABOUT, format!("every user of this machine may write into {shown}"), format!("chmod o-w {shown}"));
            }
        }
        Err(_) => {}
    }
    if dir.join(".wellhead-sync-failed").exists() {
        let advice = "Restart the machine: its memory may hold what the disk does not. Then look at the disk's health (smartctl -a, dmesg).";
        found.problem(ABOUT, format!("a sync failed in {shown}"), advice);
    }
    match File::open(dir.join(".lock")) {
        Ok(lock) if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() => {
            found.ok(ABOUT, format!("{shown} is in use by a running broker"));
        }
        _ if there.is_err() => found.ok(ABOUT, format!("{shown} is not there yet; `wellhead serve` makes it")),
        _ if dir.join(".kafka_cleanshutdown").exists() || !dir.join("meta.properties").exists() => found.ok(ABOUT, format!("{shown}")),
        _ => found.ok(ABOUT, format!("{shown} was not closed cleanly; the next start recovers it, and nothing acknowledged is lost")),
    }
    if let Ok(s) = statfs(place) {
        match file_system(s.f_type) {
            Some((Level::Problem, name, advice)) => found.problem("file system", name, advice),
            Some((_, name, advice)) => found.warning("file system", name, advice),
            None => found.ok("file system", "on a disk"),
        }
        let free = s.f_bavail.saturating_mul(s.f_bsize as u64);
        if free < FREE_MIN {
            let advice = "A full disk refuses records until there is room again. Make some, or bound topics with retention.bytes.";
            found.warning("free space", format!("{} MB", free >> 20), advice);
        } else {
            found.ok("free space", format!("{} GB", free >> 30));
        }
    }
    match sync_speed(place) {
        Err(e) => {
            found.problem(
                ABOUT,
                format!("{} cannot be written: {e}", place.display()),
                "Choose a directory that you may write, or change its owner.",
            );
        }
        Ok(median) if median < SYNC_TOO_QUICK => {
            let advice = "No disk is that quick without a battery: somebody between may answer before the data is safe (a virtual machine's cache mode, a memory disk).";
            found.warning("sync", format!("{} us", median.as_micros()), advice);
        }
        Ok(median) if median > SYNC_SLOW => {
            let advice = "Every acks=all of class fsync waits that long; many producers share one sync. An SSD takes a tenth of it.";
            found.warning("sync", format!("{} ms", median.as_millis()), advice);
        }
        Ok(median) => found.ok("sync", format!("{:.1} ms until a small record is on the disk", median.as_secs_f64() * 1e3)),
    }
}

/// The median of some small writes, each synced.
fn sync_speed(dir: &Path) -> std::io::Result<Duration> {
    let path = dir.join(format!(".wellhead-doctor-{}", std::process::id()));
    let timed = || {
        let mut f = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let mut took = Vec::with_capacity(SYNCS);
        for _ in 0..SYNCS {
            let begun = Instant::now();
            f.write_all(&[0x55; 512])?;
            f.sync_data()?;
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        Ok(took[SYNCS / 2])
    };
    let done = timed();
    let _ = fs::remove_file(&path);
    done
}

/// The host of `HOST:PORT` or `NAME://HOST:PORT`.
fn host(listener: &str) -> &str {
    let bare = listener.split_once("://").map_or(listener, |(_, a)| a);
    bare.rsplit_once(':').map_or(bare, |(h, _)| h).trim_start_matches('[').trim_end_matches(']')
}
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|a| a.is_loopback())
}
fn is_anywhere(host: &str) -> bool {
    host.is_empty() || host.parse::<IpAddr>().is_ok_and(|a| a.is_unspecified())
}

fn listeners(found: &mut Findings, listeners: &str, advertised: Option<&str>) {
    let open = listeners.split(',').map(str::trim).find(|l| !is_loopback(host(l)));
    match open {
        Some(l) => found.warning(
            "listeners",
            format!("{l} is reached from other machines"),
            "There is no encryption and no password yet: whoever reaches the port may read and write everything. A firewall or a private network must keep others out.",
        ),
        None => found.ok("listeners", format!("{listeners}: this machine alone")),
    }
    for a in advertised.into_iter().flat_map(|a| a.split(',')).map(str::trim) {
        if is_anywhere(host(a)) {
            found.problem("advertised.listeners", format!("{a} is no address that a client could connect to"), "Name the host as clients reach it.");
        } else if open.is_some() && is_loopback(host(a)) {
            let advice = "Clients on other machines are told to connect to themselves. Name the host as they reach it, or leave the property out.";
            found.problem("advertised.listeners", format!("{a} is each client's own machine"), advice);
        }
    }
}

fn cluster(found: &mut Findings, global: &Global) {
    const ABOUT: &str = "broker";
    let cluster = Cluster::new(global);
    let asked = global.bootstrap.is_some() || std::env::var_os("WELLHEAD_BOOTSTRAP").is_some();
    if let Err(e) = cluster.reach() {
        return if asked {
            found.problem(ABOUT, e.to_string(), "Is it running, and is this its address?");
        } else {
            found.ok(ABOUT, format!("none at {}; name one with -b HOST:PORT to have it looked at", cluster.bootstrap));
        };
    }
    let answered = cluster.admin().and_then(|admin| {
        let begun = Instant::now();
        let metadata = admin.metadata(None, cluster.timeout).map_err(|e| cluster.failure(&e))?;
        Ok((admin, metadata, begun.elapsed()))
    });
    let (admin, metadata, took) = match answered {
        Ok(all) => all,
        Err(e) => return found.problem(ABOUT, e.to_string(), "Something listens there that is no Kafka-protocol broker, or wants TLS."),
    };
    found.ok(
        ABOUT,
        format!(
            "{} answers in {:.1} ms: {} broker(s), {} topic(s)",
            cluster.bootstrap,
            took.as_secs_f64() * 1e3,
            metadata.brokers.len(),
            metadata.topics.len()
        ),
    );
    let far = !cluster.bootstrap.split(',').all(|a| is_loopback(host(a.trim())) || a.trim().starts_with("embedded:"));
    for b in metadata.brokers.iter().filter(|b| b.port > 0) {
        let address = format!("{}:{}", b.host, b.port);
        if is_anywhere(&b.host) || (far && is_loopback(&b.host)) {
            let advice = "It sends every client there after the first answer: set advertised.listeners to the host as clients reach it.";
            found.problem("advertised address", format!("broker {} says that it is at {address}", b.id), advice);
        } else if let Err(e) = try_connect(&address, cluster.timeout.min(Duration::from_secs(5))) {
            let unknown = (b.host.as_str(), b.port as u16).to_socket_addrs().is_err();
            let advice = if unknown {
                "That name is not known here: advertised.listeners must be a name that clients know."
            } else {
                "A firewall, or advertised.listeners names another address than clients reach."
            };
            found.problem("advertised address", format!("broker {} says that it is at {address}, and from here: {e}", b.id), advice);
        } else {
            found.ok("advertised address", format!("{address} is reached"));
        }
    }
    let partitions = || metadata.topics.iter().flat_map(|t| t.partitions.iter().map(move |p| (t, p)));
    let broken: Vec<String> = partitions().filter(|(_, p)| p.leader < 0).map(|(t, p)| format!("{} [{}]", t.name, p.id)).collect();
    match broken.first() {
        Some(first) => found.problem("partitions", format!("{} without a leader, {first} first", broken.len()), "The log of their broker says why."),
        None => found.ok("partitions", "each has a leader"),
    }
    let behind = partitions().filter(|(_, p)| p.isr.len() < p.replicas.len()).count();
    if behind > 0 {
        found.warning(
            "replicas",
            format!("{behind} partition(s) have replicas that are behind"),
            "A broker is down or slow; a second failure may lose what acks=1 acknowledged.",
        );
    }
    let resource = ConfigResource { kind: ResourceType::Broker, name: metadata.originating_broker.id.to_string() };
    if let Ok(described) = admin.describe_configs(&[resource], cluster.timeout) {
        let durability = described.into_iter().filter_map(|(_, r)| r.ok()).flatten().find(|e| e.name == "wellhead.durability").and_then(|e| e.value);
        match durability.as_deref() {
            Some("page-cache") => found.warning(
                "durability",
                "page-cache: a power cut may take records that were acknowledged",
                "That is Kafka's own default, which relies on replicas. With one node set wellhead.durability=fsync.",
            ),
            Some(class) => found.ok("durability", format!("{class}: acknowledged with acks=all means on the disk")),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(found: &Findings, about: &str) -> Vec<Level> {
        found.0.iter().filter(|f| f.about == about).map(|f| f.level).collect()
    }

    #[test]
    fn addresses_that_no_client_reaches_are_told() {
        let said = |l: &str, a: Option<&str>| {
            let mut found = Findings::default();
            listeners(&mut found, l, a);
            (levels(&found, "listeners"), levels(&found, "advertised.listeners"))
        };
        use Level::{Ok, Problem, Warning};
        assert_eq!(said("127.0.0.1:9092", None), (vec![Ok], vec![]));
        assert_eq!(said("PLAINTEXT://[::1]:9092,localhost:1", None), (vec![Ok], vec![]));
        assert_eq!(said("PLAINTEXT://:9092", None), (vec![Warning], vec![]));
        assert_eq!(said("0.0.0.0:9092", Some("PLAINTEXT://localhost:9092")), (vec![Warning], vec![Problem]));
        assert_eq!(said("0.0.0.0:9092", Some("0.0.0.0:9092")), (vec![Warning], vec![Problem]));
        assert_eq!(said("0.0.0.0:9092", Some("kafka.example:9092")), (vec![Warning], vec![]));
    }

    #[test]
    fn a_directory_is_looked_at_and_left_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let mut found = Findings::default();
        directory(&mut found, &dir.path().join("new/one"));
        assert_eq!(levels(&found, "data directory"), [Level::Ok], "{found:?}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left");
        let mut found = Findings::default();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        fs::write(dir.path().join(".wellhead-sync-failed"), "").unwrap();
        directory(&mut found, dir.path());
        assert_eq!(levels(&found, "data directory"), [Level::Warning, Level::Problem, Level::Ok], "{found:?}");
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let mut found = Findings::default();
        directory(&mut found, &file);
        assert_eq!(levels(&found, "data directory"), [Level::Problem]);
    }

    #[test]
    fn memory_and_networks_are_no_disks() {
        assert_eq!(file_system(0x0102_1994).map(|f| f.0), Some(Level::Problem));
        assert_eq!(file_system(0x6969).map(|f| f.0), Some(Level::Warning));
        // As a 32-bit kernel gives it.
        assert_eq!(file_system(i64::from(0xff53_4d42_u32 as i32)).map(|f| f.1), Some("SMB"));
        assert!(file_system(0xef53).is_none(), "ext4");
    }
}
