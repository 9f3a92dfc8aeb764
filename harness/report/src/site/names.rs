//! How pages are called, and what a format is called by.

use std::collections::HashSet;

use quantmark_files::plain::file_name;
use quantmark_record::digest::Digest;
use quantmark_record::formats;

/// File names that no two devices share. Some file systems do not tell case apart; [`file_name`] gives lower case.
#[derive(Debug, Default)]
pub(super) struct Slugs {
    taken: HashSet<String>,
}

impl Slugs {
    pub(super) fn of(&mut self, name: &str) -> String {
        let slug = file_name(name);
        let mut candidate = slug.clone();
        let mut number = 2u32;
        while !self.taken.insert(candidate.clone()) {
            candidate = format!("{slug}-{number}");
            number += 1;
        }
        candidate
    }
}

/// The path of a device's page.
pub(super) fn device_page(slug: &str) -> String {
    format!("devices/{slug}.html")
}

/// The path of a format's page; the same name gives the same path.
pub(super) fn format_page(format: &str) -> String {
    format!("formats/{}.html", file_name(format))
}

/// A format's page from a page in another folder.
pub(super) fn format_link(format: &str) -> String {
    format!("../{}", format_page(format))
}

/// Bits a weight, from the digest where it tells, else from the table of formats.
pub(super) fn bits_per_weight(digest: &Digest, format: &str) -> Option<f64> {
    let recorded = digest.sizes.iter().find(|row| row.format == format).map(|row| row.bits_per_weight);
    recorded.or_else(|| formats::known_bits_per_weight(format))
}

/// Bits a weight as written: `4.5`, `2.0625`.
pub(super) fn bits(bits: f64) -> String {
    match bits {
        bits if bits < 1e4 => format!("{bits:.4}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        bits => quantmark_record::number::digits(bits),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_pages_of_their_own() {
        let mut slugs = Slugs::default();
        let names = ["lab-1", "LAB-1", "lab 1", "../../x", "x"].map(|name| slugs.of(name));
        assert_eq!(names, ["lab-1", "lab-1-2", "lab-1-3", "x", "x-2"]);
    }
}
