//! Points in time as records write them.

use jiff::Timestamp;

/// The present, RFC 3339, UTC, in whole seconds.
pub fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Seconds from a record's point in time to another; `None` where the first is no point in time, 0 where it lies later.
pub(super) fn seconds_since(start: &str, end: Timestamp) -> Option<f64> {
    let start: Timestamp = start.parse().ok()?;
    Some(end.duration_since(start).as_secs_f64().max(0.0))
}
