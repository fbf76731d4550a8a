//! Logistic regression with its track record: what the delivery risk is trained with, and how good it has been.

/// A trained model: the chance is `1 / (1 + e^−(bias + Σ weight · (x − mean) / spread))`.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    means: Vec<f64>,
    spreads: Vec<f64>,
    weights: Vec<f64>,
    bias: f64,
}

/// Penalty on the weights (not on the bias), which keeps them finite when a feature separates the classes.
const RIDGE: f64 = 1.0;
/// Newton's method settles well before this many steps.
const STEPS: usize = 25;

impl Model {
    /// Trains on rows of equal length with their outcomes, by iteratively reweighted least squares (McCullagh and Nelder 1989, §4.4).
    ///
    /// None when there are no rows, rows differ in length, or only one outcome occurs.
    #[must_use]
    pub fn train(rows: &[Vec<f64>], outcomes: &[bool]) -> Option<Self> {
        let width = rows.first()?.len();
        let one_sided = outcomes.iter().all(|outcome| *outcome) || outcomes.iter().all(|outcome| !*outcome);
        if one_sided || rows.len() != outcomes.len() || rows.iter().any(|row| row.len() != width) {
            return None;
        }
        let count = rows.len() as f64;
        let column = |nth: usize| rows.iter().filter_map(move |row| row.get(nth).copied());
        let means: Vec<f64> = (0..width).map(|nth| column(nth).sum::<f64>() / count).collect();
        let spreads = means.iter().enumerate().map(|(nth, mean)| {
            let variance = column(nth).map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
            if variance > 1e-12 { variance.sqrt() } else { 1.0 }
        });
        let spreads: Vec<f64> = spreads.collect();
        let mut model = Self { means, spreads, weights: vec![0.0; width], bias: 0.0 };
        let inputs: Vec<Vec<f64>> = rows.iter().map(|row| model.standard(row)).collect();
        for _ in 0..STEPS {
            let step = model.newton_step(&inputs, outcomes)?;
            let (bias_step, weight_steps) = step.split_first()?;
            model.bias += bias_step;
            for (weight, step) in model.weights.iter_mut().zip(weight_steps) {
                *weight += step;
            }
            if step.iter().all(|step| step.abs() < 1e-8) {
                break;
            }
        }
        Some(model)
    }

    /// The chance of a row, 0 to 1.
    #[must_use]
    pub fn chance(&self, row: &[f64]) -> f64 {
        self.chance_of_standard(&self.standard(row))
    }

    /// What a feature adds to the log-odds for one standard deviation, in the order of the row.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    fn standard(&self, row: &[f64]) -> Vec<f64> {
        row.iter().zip(&self.means).zip(&self.spreads).map(|((x, mean), spread)| (x - mean) / spread).collect()
    }

    fn chance_of_standard(&self, input: &[f64]) -> f64 {
        let sum = self.bias + input.iter().zip(&self.weights).map(|(x, weight)| x * weight).sum::<f64>();
        1.0 / (1.0 + (-sum).exp())
    }

    fn newton_step(&self, inputs: &[Vec<f64>], outcomes: &[bool]) -> Option<Vec<f64>> {
        let width = self.weights.len() + 1;
        let mut slope = vec![0.0; width];
        let mut curve = vec![vec![0.0; width]; width];
        for (input, outcome) in inputs.iter().zip(outcomes) {
            let chance = self.chance_of_standard(input);
            let error = f64::from(u8::from(*outcome)) - chance;
            let doubt = (chance * (1.0 - chance)).max(1e-9);
            let with_bias = || std::iter::once(1.0).chain(input.iter().copied());
            for ((slope, row), x) in slope.iter_mut().zip(&mut curve).zip(with_bias()) {
                *slope += error * x;
                for (cell, other) in row.iter_mut().zip(with_bias()) {
                    *cell += doubt * x * other;
                }
            }
        }
        for (nth, weight) in self.weights.iter().enumerate() {
            *slope.get_mut(nth + 1)? -= RIDGE * weight;
            *curve.get_mut(nth + 1)?.get_mut(nth + 1)? += RIDGE;
        }
        solve(curve, slope)
    }
}

/// Solves `matrix · x = right` by Gaussian elimination with pivoting; none when the matrix is singular.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for column in 0..size {
        let size_at =
            |row: &usize| matrix.get(*row).and_then(|row| row.get(column)).map_or(0.0, |cell: &f64| cell.abs());
        let pivot = (column..size).max_by(|a, b| size_at(a).total_cmp(&size_at(b)))?;
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let pivot_row = matrix.get(column)?.clone();
        let pivot_right = *right.get(column)?;
        let head = *pivot_row.get(column)?;
        if head.abs() < 1e-12 {
            return None;
        }
        for row in column + 1..size {
            let cells = matrix.get_mut(row)?;
            let factor = *cells.get(column)? / head;
            for (cell, above) in cells.iter_mut().zip(&pivot_row) {
                *cell -= factor * above;
            }
            *right.get_mut(row)? -= factor * pivot_right;
        }
    }
    let mut found = vec![0.0; size];
    for row in (0..size).rev() {
        let cells = matrix.get(row)?;
        let known: f64 = cells.iter().zip(&found).skip(row + 1).map(|(cell, x)| cell * x).sum();
        *found.get_mut(row)? = (right.get(row)? - known) / cells.get(row)?;
    }
    Some(found)
}

/// Area under the receiver operating curve: the chance that a row with the outcome is ranked above one without, ties counting half
/// (Mann and Whitney 1947). None when only one outcome occurs.
#[must_use]
pub fn auc(chances: &[f64], outcomes: &[bool]) -> Option<f64> {
    let ranks = super::hotspot::percentile_ranks(chances);
    let count = chances.len() as f64;
    let with = outcomes.iter().filter(|outcome| **outcome).count() as f64;
    let without = count - with;
    if with == 0.0 || without == 0.0 || chances.len() != outcomes.len() {
        return None;
    }
    let rank_sum: f64 =
        ranks.iter().zip(outcomes).filter(|(_, outcome)| **outcome).map(|(share, _)| share * count + 0.5).sum();
    Some((rank_sum - with * (with + 1.0) / 2.0) / (with * without))
}

/// One bin of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Mean of the chances that were given.
    pub promised: f64,
    /// Share in which it came true.
    pub happened: f64,
    /// How many.
    pub count: usize,
}

/// Promised against happened, in at most `bins` bins of equal width; empty bins are left out.
#[must_use]
pub fn calibration(chances: &[f64], outcomes: &[bool], bins: usize) -> Vec<Bin> {
    let mut sums = vec![(0.0, 0usize, 0usize); bins.max(1)];
    for (chance, outcome) in chances.iter().zip(outcomes) {
        let nth = ((chance * sums.len() as f64) as usize).min(sums.len() - 1);
        if let Some((promised, happened, count)) = sums.get_mut(nth) {
            *promised += chance;
            *happened += usize::from(*outcome);
            *count += 1;
        }
    }
    let full = sums.into_iter().filter(|(_, _, count)| *count > 0);
    full.map(|(promised, happened, count)| Bin {
        promised: promised / count as f64,
        happened: happened as f64 / count as f64,
        count,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn model_finds_the_feature_that_matters() {
        let rows: Vec<Vec<f64>> = (0..400).map(|n| vec![f64::from(n % 20), f64::from(n % 7)]).collect();
        let outcomes: Vec<bool> = (0..400).map(|n| n % 20 > 12 || n % 31 == 0).collect();
        let model = Model::train(&rows, &outcomes).expect("both outcomes");
        assert!(model.chance(&[19.0, 3.0]) > 0.8 && model.chance(&[0.0, 3.0]) < 0.2);
        assert!(model.weights()[0] > 5.0 * model.weights()[1].abs());
    }

    #[test]
    fn chances_average_to_the_base_rate() {
        let rows: Vec<Vec<f64>> = (0..90).map(|n| vec![f64::from(n)]).collect();
        let outcomes: Vec<bool> = (0..90).map(|n| n % 3 == 0).collect();
        let model = Model::train(&rows, &outcomes).expect("both outcomes");
        let mean = rows.iter().map(|row| model.chance(row)).sum::<f64>() / 90.0;
        assert!((mean - 1.0 / 3.0).abs() < 1e-6, "{mean}");
    }

    #[test]
    fn one_outcome_teaches_nothing() {
        assert_eq!(Model::train(&[vec![1.0], vec![2.0]], &[true, true]), None);
        assert_eq!(Model::train(&[], &[]), None);
    }

    #[test]
    fn auc_counts_ties_as_half() {
        assert_eq!(auc(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]), Some(0.75));
        assert_eq!(auc(&[0.5, 0.5], &[true, false]), Some(0.5));
        assert_eq!(auc(&[0.5], &[true]), None);
    }

    #[test]
    fn calibration_leaves_empty_bins_out() {
        let bins = calibration(&[0.05, 0.15, 0.15, 1.0], &[false, true, false, true], 10);
        let counts: Vec<(usize, f64)> = bins.iter().map(|bin| (bin.count, bin.happened)).collect();
        assert_eq!(counts, [(1, 0.0), (2, 0.5), (1, 1.0)]);
    }

    proptest! {
        #[test]
        fn chances_stay_between_bounds(rows in prop::collection::vec((prop::collection::vec(-1e3..1e3f64, 3), any::<bool>()), 4..60)) {
            let (rows, outcomes): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            if let Some(model) = Model::train(&rows, &outcomes) {
                prop_assert!(rows.iter().all(|row| (0.0..=1.0).contains(&model.chance(row))));
            }
        }
    }
}
