//! A device found: where it is and how the program runs there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use quantmark_files::names::folder_name;
use quantmark_implementations::llama_cpp::install;
use quantmark_implementations::llama_cpp::install::platform_of;
use quantmark_machine::target;
use quantmark_reference::reference_data;

use super::error::DeviceError;
use super::{Board, DeviceFile};
use crate::runner::{Emulator, Here, Payload, Runner, Ssh};
use crate::toolchain;
use crate::toolchain::ToolchainError;

/// Time that one run may take where nothing else is said: long enough for everything under emulation.
const LIMIT: Duration = Duration::from_secs(6 * 3600);

/// A device found.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name in records.
    pub name: String,
    /// What it is.
    pub device: DeviceFile,
    /// How it is reached.
    pub way: Way,
    /// Backends that it must have.
    pub backends: Vec<String>,
}

/// How a device is reached.
#[derive(Clone, Debug)]
pub enum Way {
    /// This machine is it.
    Local,
    /// A board.
    Ssh(Box<Board>),
    /// An emulator.
    Qemu(Emulator),
}

impl Place {
    /// One line: what the name came to, and why.
    pub fn describe(&self) -> String {
        let target = self.target();
        match &self.way {
            Way::Local => format!("{}: local, this machine is {target}", self.name),
            Way::Ssh(board) => format!("{}: ssh, {} is a board of {}", self.name, board.host, self.device.name),
            Way::Qemu(emulator) => format!(
                "{}: qemu, {} (this machine is {}{})",
                self.name,
                emulator.words.join(" "),
                target::OURS,
                if self.device.runners.contains(&super::RunnerKind::Ssh) { ", no board is named" } else { "" }
            ),
        }
    }

    /// Target triple of the program there.
    pub fn target(&self) -> &str {
        self.device.target.as_deref().unwrap_or(target::OURS)
    }

    /// The backends that a command takes there: those that are named, else those that the device is for.
    pub fn measured(&self, named: &[String]) -> Vec<String> {
        if named.is_empty() { self.device.measured.clone() } else { named.to_vec() }
    }

    /// Whether an emulator stands for it: nothing is timed then.
    pub fn is_emulated(&self) -> bool {
        matches!(self.way, Way::Qemu(_))
    }

    /// Time that one run may take.
    pub fn limit(&self) -> Duration {
        match &self.way {
            Way::Ssh(board) => board.limit().unwrap_or(LIMIT),
            Way::Local | Way::Qemu(_) => LIMIT,
        }
    }

    /// What is run there: the program, built now unless one is named, the data, and llama.cpp's libraries where they are
    /// installed here.
    ///
    /// # Errors
    /// The program cannot be built, or the data are not here.
    pub fn payload(&self, program: Option<&Path>) -> Result<Payload, DeviceError> {
        let program = match program {
            Some(program) => program.to_owned(),
            None if self.target() == target::OURS => std::env::current_exe().map_err(DeviceError::NoProgram)?,
            None => {
                let compiler = toolchain::find(self.target()).map_err(ToolchainError::Missing)?;
                compiler.build(&toolchain::repository()?)?
            }
        };
        let oracle = self.oracle();
        Ok(Payload { program, data: reference_data()?, oracle, extra: Vec::new() })
    }

    /// llama.cpp's libraries for the device, where they are installed here. `QUANTMARK_ORACLE` counts for this machine's
    /// own kind only.
    pub fn oracle(&self) -> Option<PathBuf> {
        let folder = if self.target() == target::OURS {
            install::directory(None, install::host_platform())
        } else {
            install::cached(platform_of(self.target())?)
        };
        folder.ok().filter(|folder| folder.is_dir())
    }

    /// What runs the program there, in a working folder that is named after `out`, the folder of the results here: the
    /// same one for the same results.
    pub fn runner(&self, out: &Path) -> Box<dyn Runner> {
        match &self.way {
            Way::Local => Box::new(Here::new(out.join("device"), &self.name, None)),
            Way::Qemu(emulator) => Box::new(Here::new(out.join("device"), &self.name, Some(emulator.clone()))),
            Way::Ssh(board) => Box::new(ssh(board, &self.name, out)),
        }
    }
}

fn ssh(board: &Board, device: &str, out: &Path) -> Ssh {
    let address = board.address().expect("the lab file was checked");
    let folder = format!("{}/{}", board.folder(), runs_folder(device, out));
    Ssh::new(address, &folder, device, board.patience())
}

/// The name of a run's working folder on another machine: of the device, this machine and the folder of the results.
pub fn runs_folder(device: &str, out: &Path) -> String {
    use sha2::{Digest, Sha256};
    let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let mut hash = Sha256::new();
    for part in [sysinfo::System::host_name().unwrap_or_default().as_bytes(), out.as_os_str().as_encoded_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("{}-{}", folder_name(device), &hex::encode(hash.finalize())[..16])
}
