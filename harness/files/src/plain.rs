//! Texts of a stranger's record, made harmless for reading: whoever wrote them may want a page to show something else.

/// Most characters of a text that are shown.
pub const LONGEST: usize = 400;

/// A text with its line breaks, control characters, marks of direction and invisible characters written out, and of
/// bounded length.
pub fn plain(text: &str) -> String {
    shortened(text, LONGEST)
}

/// The same for texts that may be longer: what a diagnosis quotes.
pub fn shortened(text: &str, most: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(most));
    for (index, c) in text.chars().enumerate() {
        if index == most {
            shown.push('…');
            break;
        }
        match hides(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// Whether a character hides others, reorders them, or shows nothing itself.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A file name out of a text that may be anything: lower case letters, digits, `-` and `_` stay, so that no file system
/// reads a path, a device or an extension into it.
pub fn file_name(text: &str) -> String {
    const MOST: usize = 60;
    let safe = |c: char| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() || c == '-' || c == '_' => c,
        _ => '-',
    };
    let name: String = text.chars().take(MOST).map(safe).collect();
    let name = name.trim_matches('-');
    // Windows opens devices by these names, whatever the extension.
    let device = matches!(name, "con" | "prn" | "aux" | "nul")
        || name.len() == 4 && (name.starts_with("com") || name.starts_with("lpt"));
    match name {
        "" => "unnamed".to_owned(),
        name if device => format!("{name}-"),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_written_out() {
        assert_eq!(plain("a\u{202e}b\u{0}c\nd\u{200b}"), "a\\u{202e}b\\u{0}c\\u{a}d\\u{200b}");
        assert_eq!(plain("Größe, 大きさ, 🙂"), "Größe, 大きさ, 🙂");
        assert_eq!(plain(&"x".repeat(5000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn file_names_name_files_only() {
        let names = ["../../etc/passwd", "C:\\boot.ini", "CON", "com1", "", "...", "lab-1", "Größe", "a\u{0}b"];
        let safe = ["etc-passwd", "c--boot-ini", "con-", "com1-", "unnamed", "unnamed", "lab-1", "gr--e", "a-b"];
        assert_eq!(names.map(file_name), safe);
        assert!(file_name(&"x".repeat(5000)).len() <= 60);
    }
}
