//! What a device needs: the program and data.

use std::path::PathBuf;

/// The program and the folders that go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The program, built for the device.
    pub program: PathBuf,
    /// The folder `reference-data`.
    pub data: PathBuf,
    /// llama.cpp's libraries for the device, where they are installed here.
    pub oracle: Option<PathBuf>,
    /// Further files and folders that the program's arguments name.
    pub extra: Vec<PathBuf>,
}
