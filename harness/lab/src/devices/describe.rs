//! What can run here, and why not.

use std::thread;

use quantmark_machine::target;
use serde::Serialize;

use super::place::Way;
use super::resolve::resolve_in;
use super::{Ask, Board, LabFile, device_files};
use crate::runner::Ssh;
use crate::toolchain;

/// A device or board, and whether it can run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The word after `--device`.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Target triple of the program.
    pub target: String,
    /// `local`, `ssh` or `qemu`, where it can be reached.
    pub runner: Option<&'static str>,
    /// What it must have.
    pub backends: Vec<String>,
    /// What it is there: the emulator, the board's system.
    pub detail: String,
    /// Why it cannot run; `None` where it can.
    pub missing: Option<String>,
}

/// Every device and board; boards are asked whether they answer, all at once.
pub fn statuses(lab: &LabFile) -> Vec<Status> {
    let mut names: Vec<String> = device_files().into_iter().map(|device| device.name).collect();
    names.extend(lab.boards.iter().map(|board| board.name.clone()));
    thread::scope(|scope| {
        let asked: Vec<_> = names.iter().map(|name| scope.spawn(|| status(lab, name))).collect();
        asked.into_iter().map(|status| status.join().expect("asking does not panic")).collect()
    })
}

fn status(lab: &LabFile, name: &str) -> Status {
    let ask = Ask { name: name.to_owned(), ..Ask::default() };
    let place = match resolve_in(lab, &ask) {
        Ok(place) => place,
        Err(failure) => {
            let device = device_files().into_iter().find(|device| device.name == name);
            return Status {
                name: name.to_owned(),
                about: device.as_ref().map_or(String::new(), |device| device.about.clone()),
                target: device.as_ref().and_then(|device| device.target.clone()).unwrap_or_else(|| target::OURS.into()),
                runner: None,
                backends: device.map(|device| device.backends).unwrap_or_default(),
                detail: String::new(),
                missing: Some(failure.to_string()),
            };
        }
    };
    let built = match place.target() == target::OURS {
        true => Ok(String::new()),
        false => toolchain::find(place.target()).map(|compiler| compiler.version().to_owned()),
    };
    let (runner, reached) = match &place.way {
        Way::Local => ("local", Ok("this machine".to_owned())),
        Way::Qemu(emulator) => ("qemu", Ok(emulator.description.clone())),
        Way::Ssh(board) => ("ssh", probe(board)),
    };
    let (detail, missing) = match (reached, built) {
        (Ok(detail), Ok(_)) => (detail, None),
        (Ok(detail), Err(reason)) => (detail, Some(reason)),
        (Err(reason), _) => (String::new(), Some(reason)),
    };
    Status {
        name: name.to_owned(),
        about: place.device.about.clone(),
        target: place.target().to_owned(),
        runner: Some(runner),
        backends: place.backends.clone(),
        detail,
        missing,
    }
}

fn probe(board: &Board) -> Result<String, String> {
    let address = board.address()?;
    let host = address.to_string();
    let ssh = Ssh::new(address, board.folder(), &board.name, std::time::Duration::ZERO);
    ssh.probe().map(|system| format!("{host}, {system}")).map_err(|error| error.to_string())
}
