//! Text as code points, whatever its bytes: what is no UTF-8 becomes U+FFFD byte by byte.

/// Replaces what cannot be read.
const REPLACEMENT: u32 = 0xfffd;

/// A text that patterns can be matched against, and the code points it stands for. They differ where the text spells
/// code points that are no characters, such as surrogates.
pub(super) struct CodePoints {
    pub(super) text: String,
    /// Code points with the place in `text` at which each begins.
    points: Vec<(usize, u32)>,
}

impl CodePoints {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (mut text, mut points) = (String::with_capacity(bytes.len()), Vec::new());
        let mut rest = bytes;
        while !rest.is_empty() {
            let (point, length) = first(rest).unwrap_or((REPLACEMENT, 1));
            points.push((text.len(), point));
            text.push(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = &rest[length..];
        }
        Self { text, points }
    }

    /// The UTF-8 bytes of the code points at `start..end` of the text.
    pub(super) fn bytes(&self, start: usize, end: usize) -> Vec<u8> {
        let first = self.points.partition_point(|&(at, _)| at < start);
        let points = self.points[first..].iter().take_while(|&&(at, _)| at < end);
        let mut bytes = Vec::with_capacity(end - start);
        points.for_each(|&(_, point)| write(point, &mut bytes));
        bytes
    }
}

/// The first code point and its length; overlong forms and surrogates are read like others.
fn first(bytes: &[u8]) -> Option<(u32, usize)> {
    let (lead, length) = match bytes[0] {
        byte @ 0x00..=0x7f => (byte, 1),
        0x80..=0xbf => return None,
        byte @ 0xc0..=0xdf => (byte & 0x1f, 2),
        byte @ 0xe0..=0xef => (byte & 0x0f, 3),
        byte @ 0xf0..=0xf7 => (byte & 0x07, 4),
        0xf8..=0xff => return None,
    };
    let mut point = u32::from(lead);
    for &byte in bytes.get(1..length)? {
        if byte & 0xc0 != 0x80 {
            return None;
        }
        point = point << 6 | u32::from(byte & 0x3f);
    }
    Some((point, length))
}

fn write(point: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| (point >> shift & 0x3f) as u8 | 0x80;
    match point {
        0..0x80 => out.push(point as u8),
        0x80..0x800 => out.extend([(point >> 6) as u8 | 0xc0, tail(0)]),
        0x800..0x10000 => out.extend([(point >> 12) as u8 | 0xe0, tail(6), tail(0)]),
        _ => out.extend([(point >> 18) as u8 | 0xf0, tail(12), tail(6), tail(0)]),
    }
}

#[cfg(test)]
mod tests {
    use super::CodePoints;

    fn through(bytes: &[u8]) -> Vec<u8> {
        let points = CodePoints::of(bytes);
        points.bytes(0, points.text.len())
    }

    #[test]
    fn utf8_comes_back() {
        let text = "a\u{e9}\u{20ac}\u{1f600}\u{0}";
        assert_eq!(through(text.as_bytes()), text.as_bytes());
        assert_eq!(CodePoints::of(text.as_bytes()).bytes(1, 6), "\u{e9}\u{20ac}".as_bytes());
    }

    #[test]
    fn each_byte_that_cannot_be_read_is_replaced() {
        assert_eq!(through(b"\xe2\x82"), "\u{fffd}\u{fffd}".as_bytes());
        assert_eq!(through(b"\x80a\xff"), "\u{fffd}a\u{fffd}".as_bytes());
        assert_eq!(through(b"\xed\xa0\x80"), b"\xed\xa0\x80", "a surrogate");
        assert_eq!(through(b"\xc1\x81"), b"A", "an overlong form");
    }
}
