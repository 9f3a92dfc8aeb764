//! The colours of plots on a light page. The style sheet maps each to a variable of the theme, by its value.

use plotters::style::RGBColor;
use quantmark_record::formats::Class;

pub(super) const INK: RGBColor = RGBColor(0x1B, 0x1F, 0x24);
pub(super) const MUTED: RGBColor = RGBColor(0x5B, 0x63, 0x6E);
pub(super) const GRID: RGBColor = RGBColor(0xDD, 0xE1, 0xE6);
/// The page's one accent: what a reader compares everything else with.
pub(super) const ACCENT: RGBColor = RGBColor(0x24, 0x47, 0xB2);

const ULTRA_LOW: RGBColor = RGBColor(0xB4, 0x23, 0x6B);
const LOW: RGBColor = RGBColor(0xB8, 0x5C, 0x00);
const MEDIUM: RGBColor = RGBColor(0x0B, 0x7A, 0x6F);
const FULL: RGBColor = RGBColor(0x3B, 0x55, 0xC4);
const OTHER: RGBColor = RGBColor(0x6F, 0x6F, 0x6E);

/// Every colour that a plot may hold.
#[cfg(test)]
pub(crate) const ALL: &[RGBColor] = &[INK, MUTED, GRID, ACCENT, ULTRA_LOW, LOW, MEDIUM, FULL, OTHER];

pub(super) const fn of(class: Class) -> RGBColor {
    match class {
        Class::UltraLow => ULTRA_LOW,
        Class::Low => LOW,
        Class::Medium => MEDIUM,
        Class::Full => FULL,
        Class::Other => OTHER,
    }
}
