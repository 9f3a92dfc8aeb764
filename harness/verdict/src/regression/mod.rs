//! Whether a number changed, or a series does what it always does: verdicts by the series' own noise.
//!
//! A series is one number of one device over its runs. Its first look in a run is held against what the series does by
//! itself; where it stands out, the number is taken again, several times, and only what was taken again is evidence. A
//! verdict needs a change beyond a floor and beyond a multiple of the series' own spread from run to run, alone or in the
//! mean with the runs before. What a verdict named is the new level from then on, so that a change is told once.
//!
//! `suites/verdict/README.md` says how often this is wrong.

mod history;
mod judge;
mod robust;
mod rules;
mod value;
mod watch;

pub use history::{Entry, HISTORY, History, HistoryError};
pub use judge::Series;
pub use robust::trimmed_mean;
pub use rules::Rules;
pub use value::Value;
pub use watch::Watch;
