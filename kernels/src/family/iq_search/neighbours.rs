//! For every tuple of levels the points of a codebook around it, in the reference's order.

use crate::family::iq_grids::{Grid, code_bits};

/// Levels of one weight in a codebook of `dimensions` weights a point.
pub(crate) const fn levels(dimensions: usize) -> usize {
    if dimensions == 8 { 3 } else { 8 }
}

/// Tuples of half a point's weights: 3^4 or 8^2.
pub(crate) const fn half_tuples(dimensions: usize) -> usize {
    levels(dimensions).pow(dimensions as u32 / 2)
}

/// A tuple of levels, one digit in base [`levels`] for each weight, the first weight lowest.
pub(crate) type Code = u16;

/// The two halves of a [`Code`]: `code = first + half_tuples * second`.
pub(crate) type Halves = [u8; 2];

/// Where a tuple of levels lies.
#[derive(Clone, Copy)]
pub(crate) enum Place<'a> {
    /// It is the point of the codebook with this index.
    OnGrid(u16),
    /// The codebook does not have it; these are the points around it, by distance and then by index.
    Between(&'a [Halves]),
}

/// A codebook of `D` weights a point as a quantizer searches it.
pub(crate) struct Neighbours<const D: usize> {
    /// The index of each code's point, [`ABSENT`] where the codebook lacks it.
    index: Box<[u16]>,
    /// Where each code's neighbours start in `points`, and where the last one's end.
    starts: Box<[u32]>,
    points: Vec<Halves>,
}

const ABSENT: u16 = u16::MAX;

impl<const D: usize> Neighbours<D> {
    /// Finds, for each tuple that is not in the codebook, the points at its `shells` smallest distances.
    pub(crate) fn new<const LEN: usize>(grid: &Grid<D, LEN>, shells: usize) -> Self {
        Builder::new(grid, shells).build()
    }

    /// Where a tuple of levels lies; the code must be below `levels(D)^D`.
    #[inline(always)]
    pub(crate) fn place(&self, code: Code) -> Place<'_> {
        let code = usize::from(code);
        let index = self.index[code];
        if index == ABSENT {
            Place::Between(&self.points[self.starts[code] as usize..self.starts[code + 1] as usize])
        } else {
            Place::OnGrid(index)
        }
    }

    /// The index of a point of the codebook.
    #[inline(always)]
    pub(crate) fn index(&self, code: Code) -> Option<u16> {
        self.index.get(usize::from(code)).copied().filter(|&index| index != ABSENT)
    }
}

/// The code of two halves.
#[inline(always)]
pub(crate) fn join<const D: usize>([first, second]: Halves) -> Code {
    Code::from(first) + half_tuples(D) as Code * Code::from(second)
}

struct Builder<const D: usize, const LEN: usize> {
    /// `squares[i][level][index]`: squared distance in weight i of a point from a level.
    squares: [[[u8; LEN]; 8]; D],
    halves: [Halves; LEN],
    shells: usize,
    index: Vec<u16>,
    starts: Vec<u32>,
    points: Vec<Halves>,
}

impl<const D: usize, const LEN: usize> Builder<D, LEN> {
    fn new(grid: &Grid<D, LEN>, shells: usize) -> Self {
        let levels = levels(D);
        let digit = |code: u16, i: usize| usize::from(code >> (code_bits(D) * i)) & ((1 << code_bits(D)) - 1);
        let mut squares = [[[0; LEN]; 8]; D];
        for (i, squares) in squares.iter_mut().enumerate() {
            for (level, squares) in squares.iter_mut().enumerate() {
                for (square, &code) in squares.iter_mut().zip(&grid.codes) {
                    *square = digit(code, i).abs_diff(level).pow(2) as u8;
                }
            }
        }
        let halves = grid.codes.map(|code| {
            let half = |from: usize| (from..from + D / 2).rev().fold(0, |half, i| half * levels + digit(code, i)) as u8;
            [half(0), half(D / 2)]
        });
        let codes = half_tuples(D).pow(2);
        Self {
            squares,
            halves,
            shells,
            index: Vec::with_capacity(codes),
            starts: Vec::with_capacity(codes + 1),
            points: Vec::new(),
        }
    }

    fn build(mut self) -> Neighbours<D> {
        self.visit(D, &[0; LEN]);
        self.starts.push(self.points.len() as u32);
        Neighbours { index: self.index.into(), starts: self.starts.into(), points: self.points }
    }

    /// Visits the tuples in the order of their codes. `distances` are those of the weights from `weights` on, which the
    /// tuples below share.
    fn visit(&mut self, weights: usize, distances: &[u8; LEN]) {
        let Some(weight) = weights.checked_sub(1) else {
            return self.finish(distances);
        };
        for level in 0..levels(D) {
            let mut nearer = *distances;
            for (distance, square) in nearer.iter_mut().zip(&self.squares[weight][level]) {
                *distance += square;
            }
            self.visit(weight, &nearer);
        }
    }

    fn finish(&mut self, distances: &[u8; LEN]) {
        self.starts.push(self.points.len() as u32);
        let mut shell = distances.iter().fold(u8::MAX, |least, &distance| least.min(distance));
        if shell == 0 {
            let index = distances.iter().position(|&distance| distance == 0);
            return self.index.push(index.map_or(ABSENT, |index| index as u16));
        }
        self.index.push(ABSENT);
        for _ in 0..self.shells {
            for (distances, halves) in distances.chunks(16).zip(self.halves.chunks(16)) {
                if distances.iter().fold(false, |any, &distance| any | (distance == shell)) {
                    let found = distances.iter().zip(halves).filter(|(distance, _)| **distance == shell);
                    self.points.extend(found.map(|(_, halves)| *halves));
                }
            }
            let farther = |least: u8, &distance: &u8| least.min(if distance > shell { distance } else { u8::MAX });
            shell = distances.iter().fold(u8::MAX, farther);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::iq_grids::{iq1_s, iq2_s, iq2_xs, iq2_xxs, iq3_s, iq3_xxs};

    /// Sorts the whole codebook by distance and index, as the definition says.
    fn check<const D: usize, const LEN: usize>(grid: &Grid<D, LEN>, shells: usize) {
        let neighbours = Neighbours::new(grid, shells);
        let digits =
            |code: usize| -> [i32; D] { std::array::from_fn(|i| (code / levels(D).pow(i as u32) % levels(D)) as i32) };
        let points: Vec<[i32; D]> = grid
            .codes
            .iter()
            .map(|code| std::array::from_fn(|i| i32::from(code >> (code_bits(D) * i)) & ((1 << code_bits(D)) - 1)))
            .collect();
        for code in (0..half_tuples(D).pow(2)).step_by(37) {
            let tuple = digits(code);
            let mut all: Vec<(i32, usize)> = points
                .iter()
                .map(|point| point.iter().zip(&tuple).map(|(a, b)| (a - b).pow(2)).sum())
                .enumerate()
                .map(|(index, distance)| (distance, index))
                .collect();
            all.sort();
            match neighbours.place(code as Code) {
                Place::OnGrid(index) => assert_eq!(all[0], (0, index.into())),
                Place::Between(list) => {
                    assert!(all[0].0 > 0);
                    let mut distances: Vec<i32> = all.iter().map(|&(distance, _)| distance).collect();
                    distances.dedup();
                    let expected: Vec<usize> = all
                        .iter()
                        .take_while(|(distance, _)| *distance <= distances[shells - 1])
                        .map(|&(_, index)| index)
                        .collect();
                    let found: Vec<usize> =
                        list.iter().map(|&halves| neighbours.index(join::<D>(halves)).unwrap().into()).collect();
                    assert_eq!(found, expected);
                }
            }
        }
    }

    #[test]
    fn neighbours_are_sorted_by_distance_and_index() {
        check(&iq2_xxs::GRID, 2);
        check(&iq2_xs::GRID, 2);
        check(&iq2_s::GRID, 1);
        check(&iq1_s::GRID, 3);
        check(&iq3_xxs::GRID, 2);
        check(&iq3_s::GRID, 3);
    }
}
