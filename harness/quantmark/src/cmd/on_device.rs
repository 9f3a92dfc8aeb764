//! Commands that run on another device: their arguments as they are there, and what comes back.

use std::path::{Path, PathBuf};

use quantmark_cli::output::print_bytes;
use quantmark_implementations::llama_cpp::install::{Pins, platform_of};
use quantmark_lab::devices::{Place, Way};
use quantmark_lab::runner::{Call, Payload, Runner};

use super::{Exit, Failure};

/// A device with all that a command needs there.
pub struct Site {
    /// The device.
    pub place: Place,
    /// What is taken there.
    pub payload: Payload,
    /// What runs it there.
    pub runner: Box<dyn Runner>,
}

impl Site {
    /// Builds the program for the device, or takes the one named, and finds a way there; `out` is the folder of the
    /// results here.
    ///
    /// # Errors
    /// The program cannot be built, or the data are not here.
    pub fn new(place: Place, program: Option<&Path>, out: &Path) -> Result<Self, Failure> {
        let payload = place.payload(program)?;
        let runner = place.runner(out);
        Ok(Self { place, payload, runner })
    }

    /// Takes llama.cpp's libraries from this folder, not from where they are installed.
    pub fn with_oracle(mut self, folder: Option<&Path>) -> Self {
        if let Some(folder) = folder {
            self.payload.oracle = Some(folder.to_owned());
        }
        self
    }

    /// Leaves llama.cpp's libraries here: they are larger than all else that is taken there.
    pub fn without_oracle(mut self) -> Self {
        self.payload.oracle = None;
        self
    }

    /// Makes sure that llama.cpp's libraries go with the program.
    ///
    /// # Errors
    /// They are not installed here, with the command that fetches them.
    pub fn require_oracle(&self) -> Result<(), Failure> {
        let target = self.place.target();
        match (&self.payload.oracle, platform_of(target)) {
            (Some(_), _) => Ok(()),
            (None, Some(platform)) => Err(Failure::environment(format!(
                "llama.cpp's libraries for {platform} are not installed; `cargo xtask oracle install --platform \
                 {platform}` fetches them"
            ))),
            (None, None) => Err(Failure::environment(format!(
                "there are no libraries of llama.cpp {} for {target}",
                Pins::load().version
            ))),
        }
    }

    /// A file or folder of this machine as the device sees it; it is taken there with the rest.
    pub fn carry(&mut self, path: &Path) -> String {
        self.payload.extra.push(path.to_owned());
        self.runner.seen(&self.payload, self.payload.extra.len() - 1)
    }

    /// `--expect` and the backends that the device must have.
    pub fn expected(&self) -> [String; 2] {
        ["--expect".to_owned(), self.place.backends.join(",")]
    }

    /// Runs a command that leaves nothing behind: its output is printed here, its exit code is ours.
    ///
    /// # Errors
    /// The device is out of reach or refuses, or the program ends as none of its commands does.
    pub fn run(&self, arguments: Vec<String>) -> Result<Exit, Failure> {
        self.runner.clean()?;
        self.runner.deploy(&self.payload)?;
        let ended = self.runner.run(&Call { arguments, limit: self.place.limit() });
        // What the command came to is told even where clearing up fails.
        let cleaned = self.runner.clean();
        let ended = ended?;
        print_bytes(&ended.output)?;
        cleaned?;
        exit(&self.place, ended.code)
    }
}

/// The exit of a command by its code there.
///
/// # Errors
/// It is the code of no command: the program crashed.
pub fn exit(place: &Place, code: i32) -> Result<Exit, Failure> {
    let all = [Exit::Held, Exit::Failed, Exit::Usage, Exit::Environment, Exit::NothingRan];
    all.into_iter()
        .find(|exit| i32::from(exit.code()) == code)
        .ok_or_else(|| Failure::environment(format!("{}: the program ended with exit code {code}", place.name)))
}

/// Whether a place is this very machine, where a command needs no detour.
pub fn is_here(place: &Place) -> bool {
    matches!(place.way, Way::Local)
}

/// A folder for results that nobody wants to keep.
///
/// # Errors
/// The system has no place for one.
pub fn passing() -> Result<(tempfile::TempDir, PathBuf), Failure> {
    let folder = tempfile::tempdir().map_err(Failure::environment)?;
    let out = folder.path().to_owned();
    Ok((folder, out))
}
