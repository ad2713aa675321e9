namespace Pryv.Consensus.Membership;

/// <summary>
/// Who should vote. Two voters come about only when asked for: one becomes three in one joint change once two learners
/// are ready; a dead voter is swapped for a ready learner; the set of voters never shrinks by itself; when a voter
/// leaves three, one voter and one learner stay.
/// </summary>
public static class Autopilot
{
    /// <summary>The change to make now, or null. A joint configuration waits for its end.</summary>
    public static AutopilotDecision? Decide(
        Configuration configuration, MemberId leader, Func<MemberId, MemberView> view, AutopilotPolicy policy) =>
        configuration.IsJoint
            ? null
            : SwapReplaced(configuration, view, policy)
              ?? SwapDead(configuration, leader, view, policy)
              ?? PromoteAsked(configuration, view, policy)
              ?? Grow(configuration, view, policy);

    /// <summary>The change that takes <paramref name="leaving"/> out and leaves a sensible set of voters.</summary>
    public static AutopilotDecision Remove(
        Configuration configuration, MemberId leaving, MemberId leader, Func<MemberId, MemberView> view, AutopilotPolicy policy)
    {
        var changes = new List<MemberChange> { new MemberChange.Remove(leaving) };
        var reason = $"member {leaving} leaves";
        var rest = configuration.Voters.Where(m => m.Id != leaving).ToList();
        var wasVoter = configuration.Find(leaving)?.Votes == true;
        if (!wasVoter || rest.Count % 2 == 1)
        {
            return new AutopilotDecision(changes, reason);
        }

        var successor = Ready(configuration, view, policy).FirstOrDefault();
        if (successor is not null)
        {
            changes.Add(Promote(successor));
            return new AutopilotDecision(changes, $"{reason}, member {successor.Id} votes in its place");
        }

        var spare = rest
            .Where(m => m.Wanted != WantedRole.Voter && (m.Role == MemberRole.Witness || rest.Count(v => v.Role == MemberRole.Voter) > 1))
            .OrderBy(m => m.Id == leader)
            .ThenByDescending(m => view(m.Id).SilentTicks)
            .FirstOrDefault();
        if (spare is not null)
        {
            changes.Add(Demote(spare));
            reason = $"{reason}, member {spare.Id} becomes a learner so that the voters stay odd";
        }

        return new AutopilotDecision(changes, reason);
    }

    /// <summary>
    /// The change that brings a node back as a new member after it lost its log. An old member that votes stays until the
    /// new one has caught up, because without it an even number of voters would be left; it cannot vote any more, so it does no harm.
    /// </summary>
    public static AutopilotDecision Replace(Configuration configuration, Member newcomer)
    {
        var old = configuration.Members.Values.Where(m => m.Node == newcomer.Node && m.Id != newcomer.Id && !m.Votes);
        return new AutopilotDecision(
            [new MemberChange.Put(newcomer), .. old.Select(m => new MemberChange.Remove(m.Id))],
            $"node {newcomer.Node} comes back as member {newcomer.Id}");
    }

    private static AutopilotDecision? SwapReplaced(Configuration configuration, Func<MemberId, MemberView> view, AutopilotPolicy policy)
    {
        foreach (var successor in Ready(configuration, view, policy))
        {
            var old = configuration.Voters.FirstOrDefault(m => m.Node == successor.Node);
            if (old is not null)
            {
                return new AutopilotDecision(
                    [new MemberChange.Remove(old.Id), Promote(successor)],
                    $"member {successor.Id} takes the place of {old.Id}, the former one of its node");
            }
        }

        return null;
    }

    private static AutopilotDecision? SwapDead(
        Configuration configuration, MemberId leader, Func<MemberId, MemberView> view, AutopilotPolicy policy)
    {
        var dead = configuration.Voters.FirstOrDefault(m => m.Id != leader && view(m.Id).SilentTicks > policy.DeadTicks);
        var successor = dead is null ? null : Ready(configuration, view, policy).FirstOrDefault();
        return successor is null
            ? null
            : new AutopilotDecision(
                [Demote(dead!), Promote(successor)],
                $"voter {dead!.Id} has been silent for {view(dead.Id).SilentTicks} ticks, learner {successor.Id} takes its place");
    }

    private static AutopilotDecision? PromoteAsked(Configuration configuration, Func<MemberId, MemberView> view, AutopilotPolicy policy)
    {
        var asked = Ready(configuration, view, policy).FirstOrDefault(m => m.Wanted == WantedRole.Voter);
        return asked is null
            ? null
            : new AutopilotDecision([Promote(asked)], $"learner {asked.Id} was asked to vote and has caught up");
    }

    private static AutopilotDecision? Grow(Configuration configuration, Func<MemberId, MemberView> view, AutopilotPolicy policy)
    {
        var voters = configuration.Voters.Count();
        var needed = voters % 2 == 0 ? 1 : 2;
        var ready = voters + needed > policy.TargetVoters ? [] : Ready(configuration, view, policy).Take(needed).ToList();
        return ready.Count < needed
            ? null
            : new AutopilotDecision(
                [.. ready.Select(Promote)],
                $"{string.Join(" and ", ready.Select(m => $"learner {m.Id}"))} caught up, {voters} voters become {voters + needed}");
    }

    /// <summary>Learners that may vote now; those of failure domains with few voters first, then by id, so that the choice is the same each time.</summary>
    private static IEnumerable<Member> Ready(Configuration configuration, Func<MemberId, MemberView> view, AutopilotPolicy policy)
    {
        var votersIn = configuration.Voters.GroupBy(m => policy.ZoneOf(m.Id)).ToDictionary(g => g.Key, g => g.Count());
        return configuration.Members.Values
            .Where(m => !m.Votes && m.Wanted != WantedRole.Observer && policy.IsPrepared(m.Id) && view(m.Id).StableTicks >= policy.StableTicks)
            .OrderBy(m => votersIn.GetValueOrDefault(policy.ZoneOf(m.Id)))
            .ThenBy(m => m.Id);
    }

    private static MemberChange.Put Promote(Member member) =>
        new(member with { Role = member.Wanted == WantedRole.Witness ? MemberRole.Witness : MemberRole.Voter });

    private static MemberChange.Put Demote(Member member) => new(member with { Role = MemberRole.Learner });
}
