//! What changes while the machine works.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sysinfo::{Components, System};

pub(super) fn clock_mhz() -> Option<u64> {
    per_core("scaling_cur_freq")
        .iter()
        .filter_map(|khz| khz.parse::<u64>().ok())
        .max()
        .map(|khz| khz / 1000)
        .or_else(|| clock_of_cpuinfo(&fs::read_to_string("/proc/cpuinfo").ok()?))
        .filter(|&mhz| mhz > 0)
}

fn clock_of_cpuinfo(text: &str) -> Option<u64> {
    let clocks = text.lines().filter_map(|line| line.strip_prefix("cpu MHz")?.split_once(':')?.1.trim().parse().ok());
    clocks.max_by(f64::total_cmp).map(|mhz| mhz as u64)
}

pub(super) fn temperature() -> Option<f32> {
    let components = Components::new_with_refreshed_list();
    let readings = components.list().iter().filter_map(|component| component.temperature());
    readings.filter(|degrees| degrees.is_finite() && *degrees > 0.0).max_by(f32::total_cmp)
}

pub(super) fn load() -> Option<f64> {
    let one_minute = System::load_average().one;
    (!cfg!(windows)).then_some(one_minute)
}

/// The governors of all cores; more than one where they differ.
pub(super) fn governor() -> Option<String> {
    let governors: BTreeSet<String> = per_core("scaling_governor").into_iter().collect();
    (!governors.is_empty()).then(|| governors.into_iter().collect::<Vec<_>>().join(", "))
}

fn per_core(file: &str) -> Vec<String> {
    let cores = fs::read_dir(Path::new("/sys/devices/system/cpu")).into_iter().flatten().flatten();
    let read = |core: fs::DirEntry| fs::read_to_string(core.path().join("cpufreq").join(file)).ok();
    cores.filter_map(read).map(|text| text.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fastest_core_is_read_from_cpuinfo() {
        let text = "processor\t: 0\ncpu MHz\t\t: 2100.000\nprocessor\t: 1\ncpu MHz\t\t: 3499.9\nflags: fpu\n";
        assert_eq!(clock_of_cpuinfo(text), Some(3499));
        assert_eq!(clock_of_cpuinfo("Features : asimd"), None);
    }
}
