namespace Pryvd.Model.Rows;

/// <summary>The replicated tables. Each holds rows of a text key and a JSON value.</summary>
public enum Table
{
    Cluster,
    Nodes,
    NodeHistory,
    Vars,
    VarHistory,
    Tokens,
    Revoked,
    Commissioned,
    Events,
    Requests,
    Components,
    DeletedComponents,
    Specs,
    Assignments,
    InstanceStatuses,
    Graces,
}
