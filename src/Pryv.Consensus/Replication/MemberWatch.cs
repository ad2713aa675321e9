using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;

namespace Pryv.Consensus.Replication;

/// <summary>Turns a leader's progress into what autopilot wants to know: since when each member has been caught up.</summary>
internal sealed class MemberWatch
{
    private readonly Dictionary<MemberId, MemberView> _views = [];

    public MemberView View(MemberId id) => _views.GetValueOrDefault(id);

    public void Clear() => _views.Clear();

    /// <summary><paramref name="ticks"/> have passed since the last look.</summary>
    public void Look(IReadOnlyList<MemberProgress> members, LogIndex commit, int ticks, AutopilotPolicy policy, int silenceLimit)
    {
        foreach (var member in members)
        {
            var caughtUp = member.EverHeard
                && member.State == ReplicationState.Replicate
                && member.SilentTicks < silenceLimit
                && commit - member.Match <= policy.CaughtUpEntries;
            var stable = caughtUp ? View(member.Id).StableTicks + ticks : 0;
            _views[member.Id] = new MemberView(stable, member.SilentTicks);
        }

        foreach (var gone in _views.Keys.Except(members.Select(m => m.Id)).ToList())
        {
            _views.Remove(gone);
        }
    }
}
