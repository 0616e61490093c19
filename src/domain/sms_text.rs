//! What messages say. Provider templates: the sender in 【】, no links.

use super::activation_code::ActivationCode;
use super::ids::Reference;
use super::secret::Secret;

/// The code that activates a card.
pub fn activation(code: &ActivationCode) -> Secret {
    Secret::new(format!(
        "【电子社保卡】您的激活校验码为{},用于领取电子社保卡,5分钟内有效,请勿告知他人。",
        code.expose()
    ))
}

/// The code that proves a new account's mobile number.
pub fn registration(code: &ActivationCode) -> Secret {
    Secret::new(format!(
        "【电子社保卡】您的注册校验码为{},5分钟内有效,请勿告知他人。",
        code.expose()
    ))
}

/// To the owner of a number somebody tried to register again.
pub fn already_registered() -> Secret {
    Secret::new("【电子社保卡】您的手机号已注册,请直接登录。如非本人操作,请忽略本消息。")
}

/// To the holder of a new card.
pub fn issued() -> Secret {
    Secret::new("【电子社保卡】您的电子社保卡已领取成功。如非本人操作,请致电12333。")
}

/// To the citizen who has allowed a partner something.
pub fn granted(partner: &str) -> Secret {
    Secret::new(format!(
        "【电子社保卡】您已允许“{partner}”使用您的电子社保卡信息,可在授权管理中随时取消。如非本人操作,请致电12333。"
    ))
}

/// To the citizen who has withdrawn what a partner was allowed.
pub fn withdrawn(partner: &str) -> Secret {
    Secret::new(format!(
        "【电子社保卡】您已取消对“{partner}”的授权,该应用不能再使用您的信息。如非本人操作,请致电12333。"
    ))
}

/// To the citizen whose authorization of a partner an operator has ended.
pub fn grant_ended(partner: &str) -> Secret {
    Secret::new(format!(
        "【电子社保卡】您对“{partner}”的授权已由本服务终止,该应用不能再使用您的信息。如有疑问,请致电12333。"
    ))
}

/// To both numbers when an ID is claimed from a second account.
pub fn bound_elsewhere() -> Secret {
    Secret::new(
        "【电子社保卡】有人使用另一账号为您的身份信息申领电子社保卡,须人工核实。如非本人操作,请致电12333。",
    )
}

/// To the holder of a card that was reported lost.
pub fn reported_lost(receipt: &Reference, time: &str) -> Secret {
    Secret::new(format!(
        "【电子社保卡】您的电子社保卡已于{time}临时挂失,受理编号{receipt}。恢复社会保障功能须书面解挂。如非本人操作,请致电12333。"
    ))
}

/// To the citizen whose review was approved.
pub fn review_approved() -> Secret {
    Secret::new("【电子社保卡】您的申领已通过人工核实,请登录后继续领取。如非本人操作,请致电12333。")
}

/// To the citizen whose review was refused.
pub fn review_refused() -> Secret {
    Secret::new("【电子社保卡】您的申领未通过人工核实,请携带身份证件到柜台办理,或致电12333。")
}
