//! The pick: which file type a model should have on a device, from measured records.

mod candidates;
mod check;
mod choose;
mod mixture;
mod rates;
mod shapes;
mod uses;

pub use candidates::{Candidate, candidates};
pub use check::{Check, check};
pub use choose::{Choice, SAME_SPEED, choose, fits, front};
pub use mixture::{mixture, of_file};
pub use rates::Rates;
pub use shapes::{ModelShape, models};
pub use uses::{Prefers, Use, uses};
