//! Every bound of the streams engine.

/// A hopping window's size over its advance: in so many windows one row is at most.
pub const WINDOWS_PER_ROW_MAX: i64 = 10_000;
/// The longest window and the longest grace: a hundred years.
pub const WINDOW_MS_MAX: i64 = 100 * 365 * 86_400_000;
