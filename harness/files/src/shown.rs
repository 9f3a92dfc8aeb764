//! Text of others as a terminal may show it: names of files, words of a record, what a board says.

use std::path::Path;

/// A path as typed, control characters escaped: the name of a file may be as untrusted as its content.
pub fn shown_path(path: &Path) -> String {
    let escape = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
    path.to_string_lossy().chars().map(escape).collect()
}

/// An untrusted name, fit for a terminal: in backquotes, control characters escaped, long ones cut.
pub fn shown(name: &str) -> String {
    format!("`{}`", shown_text(name, 80))
}

/// Untrusted text, fit for a terminal: at most `longest` characters of it, those that do not print escaped.
pub fn shown_text(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).flat_map(char::escape_debug).collect();
    if text.chars().nth(longest).is_some() {
        shown.push_str("...");
    }
    shown
}

/// Longest part of a stranger's text that a message quotes.
const LONGEST_QUOTE: usize = 300;

/// A text without line breaks and control characters, and of bounded length: a record may hold anything.
pub fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == LONGEST_QUOTE {
            line.push_str(" ..");
            break;
        }
        match c.is_control() {
            true => line.extend(c.escape_default()),
            false => line.push(c),
        }
    }
    line
}
