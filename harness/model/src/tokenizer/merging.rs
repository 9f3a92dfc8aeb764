//! Joining neighbours until no pair of them can be joined any more, the best pair first.

use std::collections::BinaryHeap;

/// Joins the `pieces` of a text, given by where each ends. `rank` says how good it is to join two neighbours, given as
/// the ranges of both, or that they cannot be joined: the greatest rank is joined first, of equal ones the leftmost.
/// Returns where the joined pieces end.
pub(super) fn merge<R: Ord + Copy>(ends: &[usize], rank: impl Fn(Range, Range) -> Option<R>) -> Vec<usize> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(ends.len());
    let mut start = 0;
    for (index, &end) in ends.iter().enumerate() {
        let next = (index + 1 < ends.len()).then_some(index + 1);
        pieces.push(Piece { range: (start, end), previous: index.checked_sub(1), next });
        start = end;
    }
    let mut queue = BinaryHeap::new();
    let offer = |queue: &mut BinaryHeap<Pair<R>>, pieces: &[Piece], left: usize, right: usize| {
        let (a, b) = (pieces[left].range, pieces[right].range);
        if let Some(rank) = rank(a, b) {
            queue.push(Pair { rank, left, right, ranges: (a, b) });
        }
    };
    for right in 1..pieces.len() {
        offer(&mut queue, &pieces, right - 1, right);
    }
    while let Some(Pair { left, right, ranges, .. }) = queue.pop() {
        // One of both has been joined with another meanwhile.
        if pieces[left].range != ranges.0 || pieces[right].range != ranges.1 {
            continue;
        }
        pieces[left].range.1 = ranges.1.1;
        pieces[right].range = (ranges.1.1, ranges.1.1);
        let next = pieces[right].next;
        pieces[left].next = next;
        if let Some(next) = next {
            pieces[next].previous = Some(left);
        }
        if let Some(previous) = pieces[left].previous {
            offer(&mut queue, &pieces, previous, left);
        }
        if let Some(next) = next {
            offer(&mut queue, &pieces, left, next);
        }
    }
    pieces.iter().filter(|piece| piece.range.0 < piece.range.1).map(|piece| piece.range.1).collect()
}

/// Start and end in bytes.
pub(super) type Range = (usize, usize);

struct Piece {
    range: Range,
    previous: Option<usize>,
    next: Option<usize>,
}

struct Pair<R> {
    rank: R,
    left: usize,
    right: usize,
    /// Both pieces as they were when the pair was offered.
    ranges: (Range, Range),
}

impl<R: Ord> PartialEq for Pair<R> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<R: Ord> Eq for Pair<R> {}

impl<R: Ord> PartialOrd for Pair<R> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<R: Ord> Ord for Pair<R> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank).then_with(|| other.left.cmp(&self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::merge;

    #[test]
    fn the_best_pair_first_and_of_equals_the_leftmost() {
        let text = b"aaabc";
        let rank = |a: (usize, usize), b: (usize, usize)| match &text[a.0..b.1] {
            b"bc" => Some(3),
            b"aa" => Some(2),
            b"aaa" => Some(1),
            _ => None,
        };
        assert_eq!(merge(&[1, 2, 3, 4, 5], rank), [3, 5]);
        assert!(merge(&[], rank).is_empty());
        assert_eq!(merge(&[1], rank), [1]);
    }
}
