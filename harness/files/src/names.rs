//! Names of files and folders out of texts that may be anything.

/// A folder name out of a run's name, which may be anything: letters, digits, `-` and `_` stay.
pub fn folder_name(run: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = run.chars().take(100).map(safe).collect();
    if name.is_empty() { "run".to_owned() } else { name }
}
