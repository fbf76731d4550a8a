//! A group becomes a risk in the register, linked to the pre-mortem that it came up in.

use desk::kinds::Risk;
use desk::records::{Audience, Envelope};
use desk::{Act, Changes, Desk, Refusal, Stored, Told};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{TEAM, given, page_of, table, takes_part};
use crate::risk::acts::watch::blank;
use crate::risk::acts::{cost, likely, review, wrong};
use crate::risk::pre_mortem::records::{PreMortem, State};
use crate::risk::pre_mortem::view::seed;

/// Makes a risk of a group.
#[derive(Debug)]
pub struct ToRisk;

/// Which group, and how bad it would be.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ToRiskInput {
    /// The pre-mortem's id; the newest of your team that is not closed when left out.
    #[serde(default)]
    #[schemars(title = "Pre-mortem")]
    pub session: Option<String>,
    /// The number of the group.
    #[schemars(title = "Group", range(min = 1, max = 1000))]
    pub group: u32,
    /// What could happen; the group's name when left out.
    #[serde(default)]
    #[schemars(title = "What could happen", length(max = 200))]
    pub title: Option<String>,
    /// How likely: rare .05, unlikely .2, even .5, likely .7, near certain .9.
    #[schemars(title = "Likely", range(min = 0, max = 1))]
    pub probability: f64,
    /// Least, likeliest and most working days that it would cost: 5/10/30d; or a factor on the working time: 1/1.4/2x.
    #[serde(default = "crate::risk::acts::usual")]
    #[schemars(title = "Impact", length(max = 60))]
    pub impact: String,
    /// Who watches it: an address.
    #[serde(default)]
    #[schemars(title = "Watched by", length(max = 200))]
    pub owner: Option<String>,
    /// When it is looked at again; in 30 days when left out.
    #[serde(default)]
    #[schemars(title = "Look again", with = "Option<String>", extend("format" = "date"))]
    pub review_on: Option<Date>,
}

/// The risk, and the session that it is from.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Made {
    /// The risk.
    pub risk: Stored<Risk>,
    /// The pre-mortem's id.
    pub session: String,
}

impl Act for ToRisk {
    const NAME: &'static str = "to_risk";
    const TITLE: &'static str = "Make a risk of a group";
    const READERS: &'static str = TEAM;

    type Input = ToRiskInput;
    type Outcome = Made;

    async fn run(desk: &Desk, changes: &mut Changes, input: ToRiskInput) -> Result<Made, Refusal> {
        let table = table(desk, input.session.as_deref()).await?;
        takes_part(&table)?;
        if table.state < State::Grouped {
            return Err(Refusal::invalid("the groups do not stand yet"));
        }
        let (session, body) = (&table.session, &table.session.body);
        let group = body.groups.iter().find(|group| group.n == input.group);
        let group = group.ok_or_else(|| wrong("group", format!("There is no group {}.", input.group)))?;
        let seeded = seed(&session.id, group.n);
        let all = desk.records().list::<Risk>().await?;
        if let Some(known) = all.iter().find(|risk| risk.body.seeded_by.as_deref() == Some(&seeded)) {
            return Err(wrong("group", format!("It is in the register already: {}.", known.title)));
        }
        let (impact, sign) = cost(&input.impact)?;
        let said: String = body.of_group(group.n).map(|entry| format!("\n- {}", entry.text)).collect();
        let risk = Risk {
            probability: likely(input.probability)?,
            impact,
            sign,
            touches: vec![format!("plan:{}", body.plan)],
            owner: given(input.owner.as_deref()).map(str::to_owned),
            review_on: Some(review(desk, input.review_on)?),
            seeded_by: Some(seeded),
            description: Some(format!("From the pre-mortem of {}:\n{said}\n", body.about)),
            ..blank()
        };
        let title = given(input.title.as_deref()).unwrap_or(&group.name).to_owned();
        let fresh = Envelope::fresh::<Risk>();
        let audience = if session.team.is_some() { fresh.audience } else { Audience::Everyone };
        let risk = changes.add_in(Envelope { team: session.team, audience, title: Some(title), ..fresh }, risk)?;
        changes.link::<Risk, PreMortem>(&risk.id, &session.id, "seeded_by")?;
        Ok(Made { risk, session: session.id.clone() })
    }

    fn told(outcome: &Made) -> Told {
        Told::new(format!("{} is in the register.", outcome.risk.title)).then(page_of(&outcome.session))
    }
}
