//! Replayable machines: what the cluster is made of (`image`) and who reads what together (`group`). A machine decides from its
//! state, the time and the request it is given, and answers with records to append and responses to send; it changes by replaying
//! records. No clock, no files, no tasks: the broker's shell brings the time in and carries the effects out.

pub mod group;
pub mod image;

/// The first `max` bytes of `s`, or as many less as keep a character whole.
fn clip(s: &str, max: usize) -> &str {
    let mut end = max.min(s.len());
    while !s.is_char_boundary(end) {
        end -= 1;
    }
    &s[..end]
}
