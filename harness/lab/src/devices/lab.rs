//! The lab file: which boards there are and how they are reached.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use quantmark_files::shown::shown_path;
use serde::Deserialize;

use super::device_files;
use super::error::DeviceError;
use crate::runner::Address;

/// The lab file's name where none is given.
const DEFAULT: &str = "lab.toml";

/// Where runs are kept on a board, seen from the user's home.
const FOLDER: &str = ".cache/quantmark/runs";

/// The boards of a lab.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabFile {
    /// Devices that the lab runs besides its boards: `local`, emulated ones.
    #[serde(default)]
    pub devices: Vec<String>,
    /// The boards, in the order of the file.
    #[serde(default, rename = "board")]
    pub boards: Vec<Board>,
}

/// A board.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// The word after `--device`, and the device's name in records.
    pub name: String,
    /// The file of `suites/devices/` that says what it is.
    pub device: String,
    /// Host, as ssh knows it.
    pub host: String,
    /// User there.
    pub user: Option<String>,
    /// Port.
    pub port: Option<u16>,
    /// Key.
    pub identity: Option<PathBuf>,
    /// Options of `ssh_config`.
    #[serde(default)]
    pub options: Vec<String>,
    /// Where runs are kept there.
    pub folder: Option<String>,
    /// Backends that it must have, instead of the device's.
    pub backends: Option<Vec<String>>,
    /// Minutes that one run may take.
    pub limit_minutes: Option<u32>,
    /// Minutes that it may be out of reach.
    pub patience_minutes: Option<u32>,
}

impl LabFile {
    /// Reads the file named; without a name `lab.toml` in the working folder where there is one, else no boards.
    ///
    /// # Errors
    /// The file named is not there, or is none: one line with the place.
    pub fn find(named: Option<&Path>) -> Result<Self, DeviceError> {
        match named {
            Some(path) => Self::read(path),
            None if Path::new(DEFAULT).is_file() => Self::read(Path::new(DEFAULT)),
            None => Ok(Self::default()),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is not there, or is none: one line with the place.
    pub fn read(path: &Path) -> Result<Self, DeviceError> {
        let wrong = |problem: &str| DeviceError::LabFile { path: shown_path(path), problem: problem.to_owned() };
        let text = std::fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
        let lab: Self = toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let line = text.get(..offset).unwrap_or_default().matches('\n').count() + 1;
            wrong(&format!("line {line}: {}", error.message().lines().next().unwrap_or_default()))
        })?;
        let devices = device_files();
        let mut names = HashSet::new();
        let known = || devices.iter().map(|device| device.name.as_str()).collect::<Vec<_>>().join(", ");
        for name in &lab.devices {
            if !devices.iter().any(|device| device.name == *name) {
                return Err(wrong(&format!("devices: no device {name:?}; expected some of {}", known())));
            }
            if !names.insert(name) {
                return Err(wrong(&format!("devices: {name:?} is there twice")));
            }
        }
        for board in &lab.boards {
            let name = &board.name;
            if !names.insert(name) {
                return Err(wrong(&format!("two boards are named {name:?}")));
            }
            if !devices.iter().any(|device| device.name == board.device) {
                let (device, known) = (&board.device, known());
                return Err(wrong(&format!("board {name:?}: no device {device:?}; expected one of {known}")));
            }
            board.address().map_err(|reason| wrong(&format!("board {name:?}: {reason}")))?;
        }
        Ok(lab)
    }
}

impl Board {
    /// How it is reached.
    ///
    /// # Errors
    /// Host or user is no such name.
    pub fn address(&self) -> Result<Address, String> {
        let mut address = Address::new(&self.host)?.with_options(self.options.clone());
        if let Some(user) = &self.user {
            address = address.as_user(user)?;
        }
        if let Some(port) = self.port {
            address = address.at_port(port);
        }
        if let Some(identity) = &self.identity {
            address = address.with_identity(identity.clone());
        }
        Ok(address)
    }

    /// The folder of its runs there.
    pub fn folder(&self) -> &str {
        self.folder.as_deref().unwrap_or(FOLDER)
    }

    /// Time that one run may take.
    pub fn limit(&self) -> Option<Duration> {
        self.limit_minutes.map(|minutes| Duration::from_secs(60 * u64::from(minutes)))
    }

    /// Time that it may be out of reach.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(60 * u64::from(self.patience_minutes.unwrap_or(10)))
    }

    /// A board without a file.
    pub fn adhoc(host: &str, device: &str) -> Self {
        Self {
            name: host.to_owned(),
            device: device.to_owned(),
            host: host.to_owned(),
            user: None,
            port: None,
            identity: None,
            options: Vec::new(),
            folder: None,
            backends: None,
            limit_minutes: None,
            patience_minutes: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lab.toml");
        std::fs::write(&path, text).unwrap();
        let failure = LabFile::read(&path).unwrap_err();
        assert!(matches!(failure, DeviceError::LabFile { .. }));
        let message = failure.to_string();
        assert_eq!(message.lines().count(), 1, "{message}");
        message.rsplit_once("lab.toml: ").unwrap().1.to_owned()
    }

    #[test]
    fn bad_files_are_refused_in_one_line() {
        assert!(refusal("[[board]]\nname = 1").starts_with("line 2: invalid type: integer"));
        assert!(refusal("[[board]]\nname = \"a\"\ncolour = 3").starts_with("line 3: unknown field `colour`"));
        let board = |name: &str, device: &str, host: &str| {
            format!("[[board]]\nname = \"{name}\"\ndevice = \"{device}\"\nhost = \"{host}\"\n")
        };
        assert!(refusal(&board("a", "vax", "h")).starts_with("board \"a\": no device \"vax\"; expected one of local"));
        assert!(refusal(&board("a", "arm64", "-oProxyCommand=sh")).contains("expected the name of a host"));
        assert!(
            refusal("devices = [\"local\", \"vax\"]").starts_with("devices: no device \"vax\"; expected some of local")
        );
        assert_eq!(refusal("devices = [\"local\", \"local\"]"), "devices: \"local\" is there twice");
        assert_eq!(refusal(&board("a", "arm64", "h").repeat(2)), "two boards are named \"a\"");
    }
}
