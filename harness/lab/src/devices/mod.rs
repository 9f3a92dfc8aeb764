//! Devices by name: what `--device` can mean, where it is, and whether it can run.
//!
//! A [`DeviceFile`] says what a device is, a [`LabFile`] where boards are, and [`resolve`](fn@resolve) which of them a
//! name means on this machine. Running on it is [`crate::runner`]'s work.

mod describe;
mod emulators;
mod error;
mod file;
mod lab;
mod place;
mod resolve;

pub use describe::{Status, statuses};
pub use emulators::find as emulator;
pub use error::DeviceError;
pub use file::{Check, DeviceFile, Qemu, RunnerKind, device_files};
pub use lab::{Board, LabFile};
pub use place::{Place, Way, runs_folder};
pub use resolve::{Ask, resolve, resolve_in};
