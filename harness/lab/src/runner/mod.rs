//! Where a program runs: on this machine, here under an emulator, or on another machine over ssh.
//!
//! Every [`Runner`] has a working folder of its own. A [`Payload`] (the program, built for the device, and its data) is
//! deployed there, [`Call`]s of the program run in it, files are sent and fetched by their place in it, and
//! [`Runner::clean`] removes it. The folder's name depends on the runner's caller only, so that a run that was cut short
//! on either side is found again by the next one. [`record`](fn@record) does all of this for a run that writes a record.

mod call;
mod error;
mod here;
mod payload;
mod record;
mod ssh;

use std::path::Path;

pub use call::{Call, Ended};
pub use error::RunnerError;
pub use here::{Emulator, Here};
pub use payload::Payload;
pub use record::{Job, record};
pub use ssh::{Address, Ssh};

/// A place where the program runs.
pub trait Runner {
    /// Names the place in messages: `this machine`, `qemu-aarch64-static -cpu max`, `pi@board`.
    fn describe(&self) -> String;

    /// How the program sees the further file or folder of this number.
    fn seen(&self, payload: &Payload, number: usize) -> String;

    /// Makes the working folder and takes the payload there. What is there already stays.
    ///
    /// # Errors
    /// The place is not reached, or does not take it.
    fn deploy(&self, payload: &Payload) -> Result<(), RunnerError>;

    /// Runs the program in the working folder until it ends. What it says on its standard error is passed on as it
    /// comes; connections that are lost on the way are made again.
    ///
    /// # Errors
    /// The program does not start, is ended by its time limit, or vanished without an end; the place is out of reach.
    fn run(&self, call: &Call) -> Result<Ended, RunnerError>;

    /// Takes a file from here to `name` in the working folder, whose folder there is made.
    ///
    /// # Errors
    /// The place is not reached, or one of the files cannot be read or written.
    fn send(&self, file: &Path, name: &str) -> Result<(), RunnerError>;

    /// Takes the file `name` of the working folder here, whole or not at all; `false` where there is none.
    ///
    /// # Errors
    /// The place is not reached, or one of the files cannot be read or written.
    fn fetch(&self, name: &str, file: &Path) -> Result<bool, RunnerError>;

    /// Ends what still runs in the working folder and removes it.
    ///
    /// # Errors
    /// The place is not reached, or the folder cannot be removed.
    fn clean(&self) -> Result<(), RunnerError>;
}
