//! The rows of the matrix. Each kind of record declares its class; which policies hold for it follows from that alone.

use super::words::words;

words! {
    /// What a record is to the policies. A state (draft, revealed, shared) is no class of its own but a [`Phase`](super::Phase).
    Class {
        /// Path draft, aspiration, road progress.
        PathDraft = "path_draft",
        /// Growth plan and goals.
        GrowthPlan = "growth_plan",
        /// A suggestion of evidence: computed for its subject, never stored.
        EvidenceSuggestion = "evidence_suggestion",
        /// Evidence card.
        EvidenceCard = "evidence_card",
        /// One side of an assessment round.
        Assessment = "assessment",
        /// Pair, meetings, topics; the notes of a mentoring pair.
        OneOnOne = "one_on_one",
        /// An action whose origin is sealed, a 1:1 for example.
        PartyAction = "party_action",
        /// A note of one person to themselves.
        PrivateNote = "private_note",
        /// What a report tells a new lead.
        Handover = "handover",
        /// A mentoring pair and its dates.
        MentoringPair = "mentoring_pair",
        /// Team action, retro, health check.
        TeamPractice = "team_practice",
        /// Offer of an opportunity.
        Opportunity = "opportunity",
        /// Figures about the supply of opportunities.
        OpportunitySupply = "opportunity_supply",
        /// Feedback: audience `parties` is `to_you`, `lead` is `to_you_and_lead`.
        Feedback = "feedback",
        /// A request of feedback.
        FeedbackRequest = "feedback_request",
        /// What subject and lead select for a review.
        ReviewPacket = "review_packet",
        /// A review, as a draft and sealed.
        Review = "review",
        /// The subject's reply to a review.
        ReviewReply = "review_reply",
        /// One vote in a calibration.
        CalibrationVote = "calibration_vote",
        /// The reasons of a calibration.
        CalibrationReasons = "calibration_reasons",
        /// An anonymous answer, which is no record and has no reader.
        AnonymousAnswer = "anonymous_answer",
        /// Figures of a survey.
        SurveyFigures = "survey_figures",
        /// A newcomer's plan.
        OnboardingPlan = "onboarding_plan",
        /// Survey form, team page, template.
        SharedPage = "shared_page",
        /// Thanks: audience `parties` is `them`.
        Kudos = "kudos",
        /// Requisition, interview kit, capacity forecast.
        Requisition = "requisition",
        /// Candidate, application, interview, debrief.
        Application = "application",
        /// One interviewer's scorecard.
        Scorecard = "scorecard",
        /// Voluntary self-identification, in a database of its own.
        SelfId = "self_id",
        /// Figures of self-identification.
        SelfIdFigures = "self_id_figures",
        /// *Who looked* of one person.
        AccessLog = "access_log",
        /// A plain record of a team: note, risk, decision.
        TeamRecord = "team_record",
        /// A vote that is handed in closed, and opened with all others of its round.
        ClosedVote = "closed_vote",
    }
}

/// How a class is kept: the last column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Encrypted at rest, absent from search.
    Sealed,
    /// As it is.
    Plain,
    /// Computed for whoever asks.
    NotStored,
    /// Kept so that nobody can find whose it is.
    Unlinkable,
    /// In a database of its own.
    OwnStore,
}

impl Class {
    /// How records of this class are kept: sealed, unless it says otherwise here.
    #[must_use]
    pub const fn keeping(self) -> Keeping {
        match self {
            Self::TeamPractice
            | Self::Opportunity
            | Self::OnboardingPlan
            | Self::SharedPage
            | Self::Kudos
            | Self::Requisition
            | Self::AccessLog
            | Self::MentoringPair
            | Self::TeamRecord => Keeping::Plain,
            Self::EvidenceSuggestion | Self::OpportunitySupply => Keeping::NotStored,
            Self::AnonymousAnswer | Self::SurveyFigures => Keeping::Unlinkable,
            Self::SelfId | Self::SelfIdFigures => Keeping::OwnStore,
            _ => Keeping::Sealed,
        }
    }

    /// Whether it is sealed: encrypted at rest, titled by its kind alone, absent from search.
    #[must_use]
    pub const fn is_sealed(self) -> bool {
        matches!(self.keeping(), Keeping::Sealed)
    }

    /// Whether it is no secret among those who may reveal it that one was handed in, though what it says is.
    #[must_use]
    pub const fn is_handed_in(self) -> bool {
        matches!(self, Self::ClosedVote)
    }

    /// Whether its records are about somebody even when no subject is named on them. A token needs the scope `people` for these.
    #[must_use]
    pub const fn is_about_people(self) -> bool {
        !matches!(
            self,
            Self::TeamPractice
                | Self::OpportunitySupply
                | Self::SurveyFigures
                | Self::SharedPage
                | Self::Requisition
                | Self::TeamRecord
        )
    }

    /// Whether what is read are figures about several people, which pass the disclosure audit after the policy (`A` in the matrix).
    #[must_use]
    pub const fn is_figures(self) -> bool {
        matches!(self, Self::OpportunitySupply | Self::SurveyFigures | Self::SelfIdFigures)
    }
}
