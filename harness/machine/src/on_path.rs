//! Programs of this machine.

use std::env;
use std::path::PathBuf;

/// The program of a name, where the shell would find it.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
