//! What one seed may meet: whole classes of faults and of work are switched on or off, so that each seed goes deep into a few of
//! them (swarm testing), and the node's properties are drawn.

use wellhead_base::env::Rng;

#[derive(Debug, Clone)]
pub struct Plan {
    // Ends of a life.
    pub kills: bool,
    pub cuts: bool,
    pub clean_ends: bool,
    /// And again while it comes up.
    pub crash_in_recovery: bool,
    /// Chance of an end at each step, in parts of a thousand.
    pub end_rate: u64,
    // The disk.
    pub short_reads: bool,
    pub eio_reads: bool,
    pub eio_writes: bool,
    pub eio_syncs: bool,
    pub eio_entries: bool,
    pub full: bool,
    pub slow: bool,
    /// Derived files are found damaged.
    pub rot: bool,
    /// Bits of the log itself flip.
    pub log_rot: bool,
    // Work.
    /// Requests come while a commit waits for the disk.
    pub meanwhile: bool,
    pub deletes: bool,
    pub retention: bool,
    pub compaction: bool,
    pub admin: bool,
    pub groups: bool,
    pub checkpoints: bool,
    pub page_cache: bool,
    // Sizes.
    pub producers: usize,
    pub connections: usize,
    pub segment_bytes: u64,
    pub index_interval: u64,
    pub value_bytes: u64,
    pub keys: u64,
    pub properties: Vec<(String, String)>,
}

impl Plan {
    pub fn draw(seed: u64) -> Plan {
        let mut rng = Rng::seeded(seed ^ 0x91a2_b3c4);
        let mut p = |percent: u64| rng.below(100) < percent;
        let (mut kills, cuts) = (p(60), p(70));
        if !kills && !cuts {
            kills = true;
        }
        let mut plan = Plan {
            kills,
            cuts,
            clean_ends: p(50),
            crash_in_recovery: p(40),
            end_rate: 0,
            short_reads: p(30),
            eio_reads: p(10),
            eio_writes: p(15),
            eio_syncs: p(20),
            eio_entries: p(10),
            full: p(20),
            slow: p(40),
            rot: p(30),
            meanwhile: p(50),
            deletes: p(40),
            retention: p(25),
            compaction: p(60),
            admin: p(50),
            groups: p(60),
            checkpoints: p(70),
            page_cache: p(40),
            log_rot: false,
            producers: 0,
            connections: 0,
            segment_bytes: 0,
            index_interval: 0,
            value_bytes: 0,
            keys: 0,
            properties: Vec::new(),
        };
        plan.end_rate = [8, 20, 40, 80][rng.below(4) as usize];
        plan.producers = 2 + rng.below(4) as usize;
        plan.connections = 2 + rng.below(3) as usize;
        plan.segment_bytes = [600, 1_200, 2_500, 20_000][rng.below(4) as usize];
        // A batch of four fits into a segment.
        let values = [20, 120, 700][rng.below(3) as usize];
        plan.value_bytes = values;
        plan.segment_bytes = plan.segment_bytes.max(4 * (values + 60) + 200);
        plan.index_interval = [0, 100, 400, 4_096][rng.below(4) as usize];
        plan.keys = 1 + rng.below(6);
        let mut set = |k: &str, v: u64| plan.properties.push((k.to_owned(), v.to_string()));
        set("offsets.topic.num.partitions", 1 + rng.below(2));
        set("offsets.topic.segment.bytes", [500, 1_500, 100_000][rng.below(3) as usize]);
        set("metadata.log.segment.bytes", [800, 8_000][rng.below(2) as usize]);
        set("metadata.log.max.record.bytes.between.snapshots", [900, 100_000][rng.below(2) as usize]);
        set("log.retention.check.interval.ms", 20 + rng.below(100));
        set("log.cleaner.backoff.ms", 20 + rng.below(100));
        set("group.initial.rebalance.delay.ms", rng.below(20));
        set("group.min.session.timeout.ms", 50);
        // Off, a ring that comes round often, one that does not.
        set("wellhead.journal.bytes", [0, 131_072, 4 << 20][rng.below(3) as usize]);
        set("num.recovery.threads.per.data.dir", 1);
        // Drawn last: what the seeds before it mean stays.
        plan.log_rot = rng.below(100) < 20;
        plan
    }
    /// One word for each class that is on.
    pub fn describe(&self) -> String {
        let classes = [
            ("kills", self.kills),
            ("cuts", self.cuts),
            ("clean-ends", self.clean_ends),
            ("crash-in-recovery", self.crash_in_recovery),
            ("short-reads", self.short_reads),
            ("eio-reads", self.eio_reads),
            ("eio-writes", self.eio_writes),
            ("eio-syncs", self.eio_syncs),
            ("eio-entries", self.eio_entries),
            ("full", self.full),
            ("slow", self.slow),
            ("rot", self.rot),
            ("log-rot", self.log_rot),
            ("meanwhile", self.meanwhile),
            ("deletes", self.deletes),
            ("retention", self.retention),
            ("compaction", self.compaction),
            ("admin", self.admin),
            ("groups", self.groups),
            ("checkpoints", self.checkpoints),
            ("page-cache", self.page_cache),
        ];
        classes.iter().filter(|c| c.1).map(|c| c.0).collect::<Vec<_>>().join(" ")
    }
}
