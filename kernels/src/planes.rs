//! The data of a tensor as kernels take them: a slice of bytes for each plane of the format.

/// Data to read, in the order of the format's planes.
///
/// A slice of bytes becomes the only plane, so whole blocks are passed as they are.
#[derive(Clone, Copy, Debug)]
pub struct Planes<'a> {
    // Apart from the rest: with one plane there is no list that a kernel would have to look into.
    first: &'a [u8],
    rest: &'a [&'a [u8]],
}

impl<'a> Planes<'a> {
    /// The first plane; the blocks of a format that has no other.
    #[inline(always)]
    pub const fn first(self) -> &'a [u8] {
        self.first
    }

    /// The planes after the first.
    #[inline(always)]
    pub const fn rest(self) -> &'a [&'a [u8]] {
        self.rest
    }

    /// Whether there is one plane.
    #[inline(always)]
    pub const fn is_single(self) -> bool {
        self.rest.is_empty()
    }

    /// The length of each plane.
    pub fn lengths(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.rest.len() + 1)
            .map(move |plane| if plane == 0 { self.first.len() } else { self.rest[plane - 1].len() })
    }

    /// The planes in order.
    pub fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
}

impl<'a> From<&'a [u8]> for Planes<'a> {
    #[inline(always)]
    fn from(first: &'a [u8]) -> Self {
        Self { first, rest: &[] }
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Planes<'a> {
    #[inline(always)]
    fn from(first: &'a [u8; N]) -> Self {
        Self { first, rest: &[] }
    }
}

impl<'a> From<&'a Vec<u8>> for Planes<'a> {
    #[inline(always)]
    fn from(first: &'a Vec<u8>) -> Self {
        Self { first, rest: &[] }
    }
}

/// Several planes; an empty list is one plane without bytes.
impl<'a> From<&'a [&'a [u8]]> for Planes<'a> {
    fn from(planes: &'a [&'a [u8]]) -> Self {
        match planes {
            [] => Self { first: &[], rest: &[] },
            [first, rest @ ..] => Self { first, rest },
        }
    }
}

/// Data to write, in the order of the format's planes.
#[derive(Debug)]
pub struct PlanesMut<'a> {
    first: &'a mut [u8],
    rest: &'a mut [&'a mut [u8]],
}

impl<'a> PlanesMut<'a> {
    /// The first plane; the blocks of a format that has no other.
    #[inline(always)]
    pub fn into_first(self) -> &'a mut [u8] {
        self.first
    }

    /// The length of each plane.
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.rest.len() + 1).map(|plane| if plane == 0 { self.first.len() } else { self.rest[plane - 1].len() })
    }

    /// The planes in order.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        std::iter::once(&mut *self.first).chain(self.rest.iter_mut().map(|plane| &mut **plane))
    }
}

impl<'a> From<&'a mut [u8]> for PlanesMut<'a> {
    #[inline(always)]
    fn from(first: &'a mut [u8]) -> Self {
        Self { first, rest: &mut [] }
    }
}

impl<'a, const N: usize> From<&'a mut [u8; N]> for PlanesMut<'a> {
    #[inline(always)]
    fn from(first: &'a mut [u8; N]) -> Self {
        Self { first, rest: &mut [] }
    }
}

impl<'a> From<&'a mut Vec<u8>> for PlanesMut<'a> {
    #[inline(always)]
    fn from(first: &'a mut Vec<u8>) -> Self {
        Self { first, rest: &mut [] }
    }
}

/// Several planes; an empty list is one plane without bytes.
impl<'a> From<&'a mut [&'a mut [u8]]> for PlanesMut<'a> {
    fn from(planes: &'a mut [&'a mut [u8]]) -> Self {
        match planes {
            [] => Self { first: &mut [], rest: &mut [] },
            [first, rest @ ..] => Self { first, rest },
        }
    }
}
