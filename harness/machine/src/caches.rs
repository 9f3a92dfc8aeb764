//! Sizes of the data caches.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Sizes of the data and unified caches in bytes, smallest level first; the largest core's where cores differ. Empty
/// where the system does not tell.
pub(super) fn data() -> Vec<u64> {
    let linux = linux(Path::new("/sys/devices/system/cpu"));
    if linux.is_empty() { macos() } else { linux }
}

fn linux(cpus: &Path) -> Vec<u64> {
    let mut levels = BTreeMap::new();
    for cpu in folders(cpus, "cpu") {
        for cache in folders(&cpu.join("cache"), "index") {
            let read = |name: &str| fs::read_to_string(cache.join(name)).ok().map(|text| text.trim().to_owned());
            if read("type").as_deref() == Some("Instruction") {
                continue;
            }
            let level = read("level").and_then(|level| level.parse::<u32>().ok());
            if let (Some(level), Some(size)) = (level, read("size").as_deref().and_then(bytes)) {
                let largest = levels.entry(level).or_insert(size);
                *largest = size.max(*largest);
            }
        }
    }
    let mut sizes: Vec<u64> = levels.into_values().collect();
    sizes.sort_unstable();
    sizes
}

/// Folders named PREFIX and a number.
fn folders(parent: &Path, prefix: &str) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let numbered = |name: &str| name.strip_prefix(prefix).is_some_and(|number| number.parse::<u32>().is_ok());
    entries.filter(|entry| entry.file_name().to_str().is_some_and(numbered)).map(|entry| entry.path()).collect()
}

/// A size as Linux writes it: `48K`, `2M`, `1024`.
fn bytes(text: &str) -> Option<u64> {
    let (number, factor) = match text.as_bytes().last()? {
        b'K' => (&text[..text.len() - 1], 1 << 10),
        b'M' => (&text[..text.len() - 1], 1 << 20),
        b'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

fn macos() -> Vec<u64> {
    if !cfg!(target_os = "macos") {
        return Vec::new();
    }
    let read = |name: &str| {
        let output = Command::new("/usr/sbin/sysctl").args(["-n", name]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse::<u64>().ok().filter(|&size| size > 0)
    };
    let level = |level: &str| {
        read(&format!("hw.perflevel0.{level}cachesize")).or_else(|| read(&format!("hw.{level}cachesize")))
    };
    ["l1d", "l2", "l3"].into_iter().filter_map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_linux_writes_them() {
        assert_eq!(bytes("48K"), Some(48 << 10));
        assert_eq!(bytes("2M"), Some(2 << 20));
        assert_eq!(bytes("512"), Some(512));
        assert_eq!(bytes(""), None);
        assert_eq!(bytes("K"), None);
        assert_eq!(bytes("99999999999999999999K"), None);
        assert_eq!(bytes("18446744073709551615G"), None);
    }

    #[test]
    fn the_largest_core_counts_and_instructions_do_not() {
        let root = tempfile::tempdir().unwrap();
        let cache = |cpu: &str, index: &str, level: &str, kind: &str, size: &str| {
            let folder = root.path().join(cpu).join("cache").join(index);
            fs::create_dir_all(&folder).unwrap();
            for (name, text) in [("level", level), ("type", kind), ("size", size)] {
                fs::write(folder.join(name), format!("{text}\n")).unwrap();
            }
        };
        cache("cpu0", "index0", "1", "Data", "32K");
        cache("cpu0", "index1", "1", "Instruction", "64K");
        cache("cpu0", "index2", "2", "Unified", "256K");
        cache("cpu4", "index0", "1", "Data", "64K");
        cache("cpu4", "index2", "2", "Unified", "1M");
        cache("cpuidle", "index0", "1", "Data", "8M");
        assert_eq!(linux(root.path()), [64 << 10, 1 << 20]);
        assert_eq!(linux(Path::new("/nowhere")), [0u64; 0]);
    }
}
