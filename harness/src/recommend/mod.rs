//! The pick: which file type a model should have on a device, from measured records.

mod candidates;
mod check;
mod choose;
mod mixture;
mod rates;
mod shapes;
mod uses;

pub(crate) use candidates::{Candidate, candidates};
pub(crate) use check::{Check, check};
pub(crate) use choose::{Choice, SAME_SPEED, choose, fits, front};
pub(crate) use mixture::{mixture, of_file};
pub(crate) use rates::Rates;
pub(crate) use shapes::{ModelShape, models};
pub(crate) use uses::{Prefers, Use, uses};
