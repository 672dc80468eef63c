//! What was asked of a node and how long its answers took. Owns: the measuring of a request. Does not own: names on a page (`admin`).

use std::sync::Arc;
use wellhead_base::env::Clock;
use wellhead_base::meter::{Durations, Histogram};
use wellhead_net::Answer;
use wellhead_wire::ApiKey;

/// APIs by key, up to the largest that Kafka has.
const KEYS: usize = 96;

/// Of each API, from a request's arrival until its answer is ready to be sent. What waits by its client's wish (a fetch for records, a
/// join for other members) waits in there too.
#[derive(Debug)]
pub struct Meters {
    by_api: Box<[Histogram]>,
}
impl Default for Meters {
    fn default() -> Self {
        Meters { by_api: (0..KEYS).map(|_| Histogram::default()).collect() }
    }
}

impl Meters {
    /// The APIs that were asked for.
    pub fn read(&self) -> Vec<(ApiKey, Durations)> {
        let each = self.by_api.iter().enumerate().filter_map(|(key, h)| Some((ApiKey::from_i16(key as i16)?, h.read())));
        each.filter(|(_, d)| d.count > 0).collect()
    }
    pub(crate) fn note(&self, key: i16, us: i64) {
        if let Some(h) = usize::try_from(key).ok().and_then(|k| self.by_api.get(k)) {
            h.note(us);
        }
    }
}

/// Something that has meters and a clock.
pub(crate) trait Metered: Send + Sync + 'static {
    fn meters(&self) -> &Meters;
    fn clock(&self) -> &dyn Clock;
}

/// `answer`, which notes its time when it is ready.
pub(crate) fn metered<M: Metered>(of: &Arc<M>, key: i16, begun_us: i64, answer: Answer) -> Answer {
    match answer {
        Answer::Later(mut waiting) => {
            let of = of.clone();
            Answer::Later(Box::pin(async move {
                loop {
                    match waiting.await {
                        Answer::Later(more) => waiting = more,
                        ready => {
                            of.meters().note(key, of.clock().mono_us() - begun_us);
                            return ready;
                        }
                    }
                }
            }))
        }
        ready => {
            of.meters().note(key, of.clock().mono_us() - begun_us);
            ready
        }
    }
}
