//! One call of the program.

use std::time::Duration;

/// What is asked of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its arguments; paths in them are seen from the working folder.
    pub arguments: Vec<String>,
    /// Time after which it is ended.
    pub limit: Duration,
}

/// How the program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; 128 and the signal's number where a signal ended it.
    pub code: i32,
    /// What it wrote on its standard output.
    pub output: Vec<u8>,
}
