//! Conformance: is a kernel right?
//!
//! A [`case::Case`] asks one thing of a [`subject::Implementation`]: golden cases compare with reference files ([`golden`]),
//! generated ones need none ([`classes`]), and [`against`] asks llama.cpp's libraries there and then. What a product may
//! be off by is derived in [`exact`]. Cases run in worker processes ([`worker`]), one a format and backend, so that a
//! crash is a row ([`supervisor`]).

pub mod against;
pub mod blocks;
pub mod case;
pub mod catalogue;
pub mod classes;
pub mod compare;
pub mod data;
pub mod describe;
mod error;
pub mod exact;
pub mod expected;
pub mod filter;
pub mod golden;
pub mod guard;
pub mod minimum;
pub mod product;
pub mod report;
mod run;
pub mod supervisor;
pub mod trial;
pub mod worker;

pub use error::ConformanceError;
pub use quantmark_implementations::protocol::WORKER_COMMAND;
pub use run::{Options, list, run};
