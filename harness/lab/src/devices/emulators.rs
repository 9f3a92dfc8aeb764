//! User-mode QEMU on this machine.

use std::path::Path;
use std::process::Command;

use quantmark_machine as device;
use quantmark_machine::on_path::on_path;

use super::Qemu;
use crate::runner::Emulator;

/// The emulator for a target, as a device's file wants it.
///
/// # Errors
/// What is missing: QEMU, or the system libraries of the target.
pub fn find(target: &str, qemu: &Qemu) -> Result<Emulator, String> {
    let architecture = target.split('-').next().unwrap_or_default();
    let names = [format!("qemu-{architecture}-static"), format!("qemu-{architecture}")];
    let Some((name, path)) = names.iter().find_map(|name| Some((name, on_path(name)?))) else {
        return Err(format!("neither {} nor {} is installed", names[0], names[1]));
    };
    if let Some(loader) = loader(target).filter(|loader| !Path::new(loader).exists()) {
        return Err(format!("the system libraries of {target} are not installed: {loader} is not there"));
    }
    let version = Command::new(&path).arg("--version").output().map_err(|error| format!("{name}: {error}"))?;
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let version = version.split_whitespace().skip_while(|word| *word != "version").nth(1).unwrap_or("of some version");
    Ok(Emulator {
        words: [name.as_str(), "-cpu", &qemu.cpu].map(str::to_owned).to_vec(),
        description: format!("{}, imitated by QEMU {version} on {}", qemu.cpu, device::cpu()),
    })
}

/// The dynamic loader that programs of a target name.
fn loader(target: &str) -> Option<&'static str> {
    (target == "aarch64-unknown-linux-gnu").then_some("/lib/ld-linux-aarch64.so.1")
}
