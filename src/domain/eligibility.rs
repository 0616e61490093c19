//! Whether an electronic card can stand on what the registry says of a person now.

use super::citizen::{CitizenFacts, PhysicalCard, PhysicalCardState, VitalState};

/// Why no usable physical card was found: each has its own way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCardReason {
    /// None on record.
    None,
    /// Applied for, not made yet.
    Applied,
    /// Made, not activated: the four channels.
    Sealed,
    /// Reported lost by phone.
    TemporarilyLost,
    /// Reported lost in writing.
    Lost,
    /// A minor card past its last day.
    MinorExpired,
    /// Cancelled.
    Cancelled,
    /// Issued by a region this service does not serve.
    OtherRegion,
    /// Neither household registration nor insurance here, or no longer living here.
    NotEligible,
}

impl NoCardReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Applied,
        Self::Sealed,
        Self::TemporarilyLost,
        Self::Lost,
        Self::MinorExpired,
        Self::Cancelled,
        Self::OtherRegion,
        Self::NotEligible,
    ];
}

/// The physical card that an electronic one can stand on.
///
/// `served` are the prefixes of the region codes this issuer serves; none means all. Entitled is
/// who is registered here, or insured here, or holds a card that was issued here.
///
/// # Errors
/// [`NoCardReason`].
pub fn usable_card<'f>(
    facts: &'f CitizenFacts,
    served: &[String],
) -> Result<&'f PhysicalCard, NoCardReason> {
    if facts.vital != VitalState::Alive {
        return Err(NoCardReason::NotEligible);
    }
    let card = facts.physical_card.as_ref().ok_or(NoCardReason::None)?;
    match card.state {
        PhysicalCardState::Applied => return Err(NoCardReason::Applied),
        PhysicalCardState::Sealed => return Err(NoCardReason::Sealed),
        PhysicalCardState::TemporarilyLost => return Err(NoCardReason::TemporarilyLost),
        PhysicalCardState::Lost => return Err(NoCardReason::Lost),
        PhysicalCardState::MinorExpired => return Err(NoCardReason::MinorExpired),
        PhysicalCardState::Cancelled => return Err(NoCardReason::Cancelled),
        PhysicalCardState::Normal => {}
    }
    let is_served = |region: &str| {
        served.is_empty() || served.iter().any(|prefix| region.starts_with(prefix.as_str()))
    };
    if !is_served(&card.region) {
        return Err(NoCardReason::OtherRegion);
    }
    if !facts.hukou.as_deref().is_some_and(is_served) && !facts.insured {
        return Err(NoCardReason::NotEligible);
    }
    Ok(card)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::citizen::CardType;
    use crate::domain::person_name::PersonName;

    fn facts(state: PhysicalCardState) -> CitizenFacts {
        CitizenFacts {
            name: PersonName::parse("张三").unwrap(),
            hukou: Some("110101".into()),
            ethnicity: None,
            mobile: None,
            vital: VitalState::Alive,
            physical_card: Some(PhysicalCard {
                number: "A12345678".into(),
                region: "110100".into(),
                bank: "ICBC".into(),
                card_type: CardType::Adult,
                state,
            }),
            insured: false,
        }
    }

    #[test]
    fn only_a_card_in_normal_use_carries_an_electronic_one() {
        assert!(usable_card(&facts(PhysicalCardState::Normal), &[]).is_ok());
        for (state, reason) in [
            (PhysicalCardState::Applied, NoCardReason::Applied),
            (PhysicalCardState::Sealed, NoCardReason::Sealed),
            (PhysicalCardState::TemporarilyLost, NoCardReason::TemporarilyLost),
            (PhysicalCardState::Lost, NoCardReason::Lost),
            (PhysicalCardState::MinorExpired, NoCardReason::MinorExpired),
            (PhysicalCardState::Cancelled, NoCardReason::Cancelled),
        ] {
            assert_eq!(usable_card(&facts(state), &[]).unwrap_err(), reason);
        }
    }

    #[test]
    fn without_a_card_there_is_none_to_stand_on() {
        let nobody = CitizenFacts { physical_card: None, ..facts(PhysicalCardState::Normal) };
        assert_eq!(usable_card(&nobody, &[]).unwrap_err(), NoCardReason::None);
    }

    #[test]
    fn the_dead_and_the_emigrated_are_not_entitled() {
        for vital in [VitalState::Deceased, VitalState::Emigrated] {
            let gone = CitizenFacts { vital, ..facts(PhysicalCardState::Normal) };
            assert_eq!(usable_card(&gone, &[]).unwrap_err(), NoCardReason::NotEligible);
        }
    }

    #[test]
    fn a_card_of_another_region_is_for_its_own_issuer() {
        let beijing = facts(PhysicalCardState::Normal);
        assert!(usable_card(&beijing, &["11".into()]).is_ok());
        assert_eq!(usable_card(&beijing, &["31".into()]).unwrap_err(), NoCardReason::OtherRegion);
    }

    #[test]
    fn entitled_is_who_is_registered_or_insured_here() {
        let stranger =
            CitizenFacts { hukou: Some("310101".into()), ..facts(PhysicalCardState::Normal) };
        let served = ["11".to_owned()];
        assert_eq!(usable_card(&stranger, &served).unwrap_err(), NoCardReason::NotEligible);
        let insured = CitizenFacts { insured: true, ..stranger };
        assert!(usable_card(&insured, &served).is_ok());
    }
}
