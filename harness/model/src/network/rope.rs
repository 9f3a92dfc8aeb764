//! Rotary position embedding: pairs of numbers are turned by angles that grow with the position, each pair at its own
//! speed. Source: ggml `ggml_rope_ext`; the angles are multiplied up in f32 as it does.

use std::f32::consts::PI;

/// Which numbers are a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// The first and the second, the third and the fourth ..
    Neighbours,
    /// The first of each half, the second of each half ..
    Halves,
}

/// How a model reaches beyond the positions it was first trained on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scaling {
    None,
    /// Positions are divided.
    Linear {
        factor: f32,
    },
    /// Slow pairs are divided, fast ones are not, and everything is made a little larger. Source: YaRN, Peng et al.
    Yarn {
        factor: f32,
        original_context: usize,
        magnitude: f32,
    },
}

/// A rotation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rope {
    pub(super) layout: Layout,
    /// Numbers of a head that are turned; the rest stays.
    pub(super) dimensions: usize,
    pub(super) base: f32,
    pub(super) scaling: Scaling,
}

/// Turns between which YaRN goes from dividing to not dividing.
const YARN_TURNS: [f32; 2] = [32.0, 1.0];

impl Rope {
    /// Cosine and sine of each pair's angle at a position. `factors` divide the angles, where the model has them.
    pub(super) fn angles(&self, position: usize, factors: Option<&[f32]>) -> Vec<(f32, f32)> {
        let step = self.base.powf(-2.0 / self.dimensions as f32);
        let mut angle = position as f32;
        (0..self.dimensions / 2)
            .map(|pair| {
                let own = angle / factors.map_or(1.0, |factors| factors[pair]);
                angle *= step;
                let (scaled, magnitude) = self.scaled(own, pair);
                (scaled.cos() * magnitude, scaled.sin() * magnitude)
            })
            .collect()
    }

    fn scaled(&self, angle: f32, pair: usize) -> (f32, f32) {
        match self.scaling {
            Scaling::None => (angle, 1.0),
            Scaling::Linear { factor } => (angle * (1.0 / factor), 1.0),
            Scaling::Yarn { factor, original_context, magnitude } => {
                let [low, high] = self.yarn_range(original_context);
                let ramp = (pair as f32 - low) / (high - low).max(0.001);
                let kept = 1.0 - ramp.clamp(0.0, 1.0);
                let scaled = angle * (1.0 / factor) * (1.0 - kept) + angle * kept;
                (scaled, magnitude * (1.0 + 0.1 * factor.ln()))
            }
        }
    }

    /// The pairs between which YaRN changes over.
    fn yarn_range(&self, original_context: usize) -> [f32; 2] {
        let (dimensions, context) = (self.dimensions as f32, original_context as f32);
        let pair = |turns: f32| dimensions * (context / (turns * 2.0 * PI)).ln() / (2.0 * self.base.ln());
        let [fast, slow] = YARN_TURNS;
        [pair(fast).floor().max(0.0), pair(slow).ceil().min(dimensions - 1.0)]
    }

    /// Turns one head.
    pub(super) fn turn(&self, head: &mut [f32], angles: &[(f32, f32)]) {
        for (pair, &(cos, sin)) in angles.iter().enumerate() {
            let (first, second) = match self.layout {
                Layout::Neighbours => (2 * pair, 2 * pair + 1),
                Layout::Halves => (pair, pair + self.dimensions / 2),
            };
            let (a, b) = (head[first], head[second]);
            head[first] = a * cos - b * sin;
            head[second] = a * sin + b * cos;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rope(layout: Layout, scaling: Scaling) -> Rope {
        Rope { layout, dimensions: 4, base: 100.0, scaling }
    }

    #[test]
    fn pairs_turn_and_the_rest_stays() {
        for (layout, turned) in [(Layout::Neighbours, [0, 1]), (Layout::Halves, [0, 2])] {
            let rope = rope(layout, Scaling::None);
            let mut head = [0.0, 0.0, 0.0, 0.0, 7.0];
            head[turned[0]] = 1.0;
            rope.turn(&mut head, &rope.angles(3, None));
            assert_eq!((head[turned[0]], head[turned[1]], head[4]), (3f32.cos(), 3f32.sin(), 7.0));
        }
    }

    #[test]
    fn scaling_slows_down() {
        let plain = rope(Layout::Halves, Scaling::None);
        let linear = rope(Layout::Halves, Scaling::Linear { factor: 4.0 });
        assert_eq!(linear.angles(8, None), plain.angles(2, None));
        assert_eq!(plain.angles(8, Some(&[4.0, 4.0])), plain.angles(2, None));
        let yarn = rope(Layout::Halves, Scaling::Yarn { factor: 1.0, original_context: 512, magnitude: 1.0 });
        assert_eq!(yarn.angles(5, None), plain.angles(5, None));
    }
}
