//! From a name to a device that can run.

use std::path::PathBuf;

use quantmark_machine::target;

use super::error::DeviceError;
use super::place::{Place, Way};
use super::{Board, DeviceFile, LabFile, RunnerKind, device_files, emulator};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// A device or a board, by name.
    pub name: String,
    /// The lab file.
    pub lab: Option<PathBuf>,
    /// A machine that stands for the device, as `ssh` knows it.
    pub host: Option<String>,
}

/// Finds the device that a name means here.
///
/// # Errors
/// There is no such device or board, the lab file is none, or the device cannot run here: with every way that was tried
/// and what is missing for it.
pub fn resolve(ask: &Ask) -> Result<Place, DeviceError> {
    let lab = LabFile::find(ask.lab.as_deref())?;
    resolve_in(&lab, ask)
}

/// As [`resolve`], with the boards of a lab.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_in(lab: &LabFile, ask: &Ask) -> Result<Place, DeviceError> {
    let devices = device_files();
    let named = |name: &str| devices.iter().find(|device| device.name == name).cloned();
    if let Some(host) = &ask.host {
        let device = named(&ask.name).ok_or_else(|| unknown(&ask.name, &devices, lab))?;
        let board = Board::adhoc(host, &device.name);
        board.address().map_err(DeviceError::Host)?;
        return Ok(on_board(&board, device));
    }
    if let Some(board) = lab.boards.iter().find(|board| board.name == ask.name) {
        let device = named(&board.device).expect("the lab file was checked");
        return Ok(on_board(board, device));
    }
    let device = named(&ask.name).ok_or_else(|| unknown(&ask.name, &devices, lab))?;
    let mut missing = Vec::new();
    for kind in &device.runners {
        match reach(*kind, &device, lab) {
            Ok(place) => return Ok(place),
            Err(reason) => missing.push(reason),
        }
    }
    let doctor = "`cargo xtask doctor` says what installs what is missing";
    Err(DeviceError::CannotRun {
        device: device.name.clone(),
        tried: missing,
        remedy: device.elsewhere.as_deref().unwrap_or(doctor).to_owned(),
    })
}

fn reach(kind: RunnerKind, device: &DeviceFile, lab: &LabFile) -> Result<Place, String> {
    let target = device.target.as_deref().unwrap_or(target::OURS);
    match kind {
        RunnerKind::Local if target == target::OURS => Ok(Place {
            name: device.name.clone(),
            way: Way::Local,
            backends: device.backends.clone(),
            device: device.clone(),
        }),
        RunnerKind::Local => Err(format!("this machine is {}, not {target}", target::OURS)),
        RunnerKind::Ssh => match lab.boards.iter().find(|board| board.device == device.name) {
            Some(board) => Ok(on_board(board, device.clone())),
            None => Err("no lab file names a board of it".to_owned()),
        },
        RunnerKind::Qemu => {
            let qemu = device.qemu.as_ref().ok_or("its file says nothing of QEMU")?;
            Ok(Place {
                name: device.name.clone(),
                way: Way::Qemu(emulator(target, qemu)?),
                backends: qemu.backends.clone().unwrap_or_else(|| device.backends.clone()),
                device: device.clone(),
            })
        }
    }
}

fn on_board(board: &Board, device: DeviceFile) -> Place {
    Place {
        name: board.name.clone(),
        way: Way::Ssh(Box::new(board.clone())),
        backends: board.backends.clone().unwrap_or_else(|| device.backends.clone()),
        device,
    }
}

fn unknown(name: &str, devices: &[DeviceFile], lab: &LabFile) -> DeviceError {
    let known = devices.iter().map(|device| &device.name).chain(lab.boards.iter().map(|board| &board.name));
    DeviceError::Unknown { name: name.to_owned(), known: known.cloned().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str) -> Ask {
        Ask { name: name.to_owned(), ..Ask::default() }
    }

    #[test]
    fn a_board_stands_for_its_device_and_for_itself() {
        let lab = LabFile {
            boards: vec![Board { name: "pi".to_owned(), ..Board::adhoc("pi.lab", "arm64-a72") }],
            ..LabFile::default()
        };
        for name in ["pi", "arm64-a72"] {
            let place = resolve_in(&lab, &ask(name)).unwrap();
            assert_eq!(place.name, "pi");
            assert!(matches!(place.way, Way::Ssh(_)), "{place:?}");
            assert_eq!(place.backends, ["scalar", "neon"]);
            assert_eq!(place.describe(), "pi: ssh, pi.lab is a board of arm64-a72");
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        let lab = LabFile::default();
        let failure = resolve_in(&lab, &ask("vax")).unwrap_err();
        assert!(
            failure.to_string().starts_with("--device vax: no such device; expected one of local, arm64,"),
            "{failure}"
        );
        let there = Ask { host: Some("-oProxyCommand=x".to_owned()), ..ask("arm64") };
        assert!(matches!(resolve_in(&lab, &there).unwrap_err(), DeviceError::Host(_)));
        assert!(matches!(resolve_in(&lab, &ask("local")).unwrap().way, Way::Local));
    }
}
