//! Numbers as people read them.

use crate::schema::Interval;

/// From here on a number is written with an exponent: nothing real is as large, and a stranger's record may hold 1e308.
const LARGEST: f64 = 1e16;

/// Three significant digits with a decimal prefix: `41.3 G`, `950 k`, `12.0`.
pub fn prefixed(value: f64) -> String {
    if value.abs() >= LARGEST {
        return format!("{value:.2e}");
    }
    for (factor, prefix) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] {
        // What rounds up to a thousand takes the next prefix.
        if value.abs() >= factor * 0.9995 {
            return format!("{}{prefix}", digits(value / factor));
        }
    }
    digits(value)
}

/// A round value at an axis: `15 G`, not `15.0 G`.
pub fn tick(value: f64) -> String {
    let text = prefixed(value);
    let (number, prefix) = text.split_once(' ').map_or((text.as_str(), String::new()), |(n, p)| (n, format!(" {p}")));
    match number.contains('.') && !number.contains('e') {
        true => format!("{}{prefix}", number.trim_end_matches('0').trim_end_matches('.')),
        false => text,
    }
}

/// Three significant digits.
pub fn digits(value: f64) -> String {
    match value.abs() {
        magnitude if !(magnitude < LARGEST) => format!("{value:.2e}"),
        magnitude if magnitude >= 99.95 => format!("{value:.0}"),
        magnitude if magnitude >= 9.995 => format!("{value:.1}"),
        magnitude if magnitude >= 0.0995 || magnitude == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.2e}"),
    }
}

/// A whole number with thin spaces between thousands.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes with a binary prefix: `12.4 MiB`.
pub fn bytes(value: u64) -> String {
    let value = value as f64;
    for (shift, prefix) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] {
        let unit = (1u64 << shift) as f64;
        if value >= unit {
            return format!("{} {prefix}", digits(value / unit));
        }
    }
    format!("{value} B")
}

/// A share as a percentage.
pub fn percent(share: f64) -> String {
    format!("{} %", digits(share * 100.0))
}

/// A change by a factor: in percent, or the factor itself where that is large.
pub fn change(factor: f64) -> String {
    match factor {
        factor if factor < 10.0 => format!("{:+.2} %", (factor - 1.0) * 100.0),
        factor => format!("×{}", digits(factor)),
    }
}

/// A ratio with two digits, three where it is small: `1.31×`.
pub fn ratio(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{}×", digits(value)),
        value if value >= 9.995 => format!("{value:.1}×"),
        value if value >= 0.0995 => format!("{value:.2}×"),
        _ => format!("{value:.3}×"),
    }
}

/// A ratio with its interval: `1.31× (1.28 – 1.33)`.
pub fn ratio_interval(interval: &Interval) -> String {
    format!("{} ({} – {})", ratio(interval.median), digits(interval.low), digits(interval.high))
}

/// A duration in seconds.
pub fn duration(seconds: f64) -> String {
    match seconds {
        seconds if !(seconds < LARGEST) => format!("{seconds:.2e} s"),
        seconds if seconds >= 3600.0 => {
            format!("{:.0} h {:.0} min", (seconds / 3600.0).floor(), seconds % 3600.0 / 60.0)
        }
        seconds if seconds >= 60.0 => format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor()),
        seconds => format!("{} s", digits(seconds)),
    }
}

/// `1 check`, `2 checks`.
pub fn count(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        let written: Vec<String> =
            [0.0, 0.012, 0.5, 9.996, 12.0, 99.96, 999.4, 999.6, 41.3e9, 1e15].map(prefixed).into();
        assert_eq!(written, ["0.00", "1.20e-2", "0.50", "10.0", "12.0", "100", "999", "1.00 k", "41.3 G", "1000 T"]);
        assert_eq!([15e9, 1.5, 1.0, 200.0, 1e-9].map(tick), ["15 G", "1.5", "1", "200", "1.00e-9"]);
        assert_eq!([1e308, -1e308].map(prefixed), ["1.00e308", "-1.00e308"]);
        assert_eq!(
            [digits(1e300), ratio(1e300), change(1e300), duration(1e300)].map(|text| text.len() < 12),
            [true; 4]
        );
        assert_eq!(digits(f64::NAN), "NaN");
        assert_eq!(bytes(1023), "1023 B");
        assert_eq!(bytes(12 << 20), "12.0 MiB");
        assert_eq!(grouped(4_812_345), "4\u{202f}812\u{202f}345");
        assert_eq!(ratio(0.0421), "0.042×");
        assert_eq!(percent(0.734), "73.4 %");
        assert_eq!(duration(3_725.0), "1 h 2 min");
        assert_eq!(duration(61.9), "1 min 1 s");
        assert_eq!(count(1, "check"), "1 check");
    }
}
