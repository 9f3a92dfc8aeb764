//! Lookup of a rounded group of weights in a codebook, or of the points near it where the codebook lacks it.

/// A lattice of small integer coordinates with some of its points in a codebook.
///
/// The number of a lattice point is that of the first half of its coordinates plus [`NearPoints::stride`] times that of
/// the second; the number of a half has the coordinates as digits, to the base of the number of levels, the first
/// lowest.
pub(crate) struct NearPoints {
    slots: Vec<Slot>,
    /// Lattice points, the lists one after the other.
    lists: Vec<u16>,
}

#[derive(Clone, Copy)]
struct Slot {
    /// Where the list starts.
    start: u32,
    /// Its length; 0 for points in the codebook.
    len: u16,
    /// The codebook index of points in it.
    index: u16,
}

/// Whether a lattice point is in the codebook.
pub(crate) enum Near<'a> {
    /// In the codebook, with this index.
    Index(u16),
    /// Not in the codebook; these are its points at the few smallest distances, nearest first and in the codebook's
    /// order where equally near.
    Points(&'a [u16]),
}

impl NearPoints {
    /// Finds the points at the `rings` smallest distances from every lattice point outside of `codebook`.
    pub(crate) fn new(levels: usize, dimensions: usize, codebook: &[u16], rings: usize) -> Self {
        let half = levels.pow(dimensions as u32 / 2);
        // Squared distances between halves of points: a distance is the sum of two of them.
        let distance_of_halves: Vec<u8> = (0..half * half)
            .map(|pair| {
                let digits = |number: usize| (0..dimensions / 2).map(move |i| number / levels.pow(i as u32) % levels);
                digits(pair / half).zip(digits(pair % half)).map(|(a, b)| a.abs_diff(b).pow(2) as u8).sum()
            })
            .collect();
        let stride = Self::stride(levels, dimensions);
        let halves = |point: usize| (point % stride, point / stride);
        let codebook_halves: Vec<(usize, usize)> = codebook.iter().map(|&point| halves(point.into())).collect();
        let mut slots = vec![Slot { start: 0, len: 0, index: u16::MAX }; half * stride];
        for (slot, index) in codebook.iter().zip(0..) {
            slots[usize::from(*slot)].index = index;
        }
        let mut lists = Vec::new();
        let mut distances = vec![0u8; codebook.len()];
        for (point, slot) in slots.iter_mut().enumerate().filter(|(_, slot)| slot.index == u16::MAX) {
            let (low, high) = halves(point);
            if low >= half {
                continue;
            }
            let low = &distance_of_halves[low * half..][..half];
            let high = &distance_of_halves[high * half..][..half];
            let mut occurs = [false; 256];
            for (distance, &(l, h)) in distances.iter_mut().zip(&codebook_halves) {
                *distance = low[l] + high[h];
                occurs[usize::from(*distance)] = true;
            }
            slot.start = lists.len() as u32;
            for ring in (0..=u8::MAX).filter(|&ring| occurs[usize::from(ring)]).take(rings) {
                let near = codebook.iter().zip(&distances).filter(|(_, distance)| **distance == ring);
                lists.extend(near.map(|(point, _)| point));
            }
            slot.len = (lists.len() - slot.start as usize) as u16;
        }
        Self { slots, lists }
    }

    /// What the second half of the coordinates counts for in the number of a point: a power of two.
    pub(crate) const fn stride(levels: usize, dimensions: usize) -> usize {
        levels.pow(dimensions as u32 / 2).next_power_of_two()
    }

    /// Looks `point` up.
    #[inline]
    pub(crate) fn near(&self, point: usize) -> Near<'_> {
        let slot = self.slots[point];
        if slot.len == 0 {
            Near::Index(slot.index)
        } else {
            Near::Points(&self.lists[slot.start as usize..][..usize::from(slot.len)])
        }
    }

    /// The codebook index of a point that is in the codebook.
    #[inline]
    pub(crate) fn index(&self, point: usize) -> u16 {
        self.slots[point].index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_hold_the_nearest_rings_in_the_order_of_the_codebook() {
        // (0, 0), (2, 2), (0, 2), (2, 0) of a 3 x 3 lattice: numbered with a stride of 4.
        let points = NearPoints::new(3, 2, &[0, 10, 8, 2], 2);
        assert!(matches!(points.near(8), Near::Index(2)));
        assert!(matches!(points.near(5), Near::Points([0, 10, 8, 2])), "one distance only");
        assert!(matches!(points.near(1), Near::Points([0, 2, 10, 8])), "two distances");
        assert_eq!(points.index(10), 1);
    }
}
