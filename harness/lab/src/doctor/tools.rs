//! Asking the system what it has.

use std::process::Command;

use quantmark_machine::on_path::on_path;

/// The first line of what a program says of its version; the reason where it is not there.
pub(super) fn version(program: &str, argument: &str) -> Result<String, String> {
    let path = on_path(program).ok_or_else(|| format!("{program} is not installed"))?;
    let output = Command::new(path).arg(argument).output().map_err(|error| format!("{program}: {error}"))?;
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    Ok(String::from_utf8_lossy(&said).lines().next().unwrap_or(program).trim().to_owned())
}

/// Whether a program lies in one of the folders for system services, which are seldom in `PATH`.
pub(super) fn service(program: &str) -> Result<String, String> {
    let folders = ["/usr/sbin", "/usr/local/sbin", "/sbin"];
    let found =
        folders.iter().map(|folder| format!("{folder}/{program}")).find(|path| std::path::Path::new(path).is_file());
    found
        .or_else(|| on_path(program).map(|path| path.display().to_string()))
        .ok_or_else(|| format!("{program} is not installed"))
}

/// The command that installs packages here, for Debian's names of them.
pub(super) fn apt(packages: &str) -> String {
    let command = format!("apt-get install --no-install-recommends {packages}");
    if packages.contains(":arm64") {
        return format!("dpkg --add-architecture arm64 && apt-get update && {command}");
    }
    command
}
