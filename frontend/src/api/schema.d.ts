/** Written by `make gen`; do not edit. */
export interface paths {
    "/api/gateway/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Ways In
         * @description How people sign in here: with a password, with an identity provider, or with either.
         */
        get: operations["gateway_get_ways_in"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Session
         * @description Who is signed in, and what they may do.
         */
        get: operations["gateway_get_session"];
        put?: never;
        /**
         * Sign In
         * @description Sign in with name and password; sets the session cookie.
         */
        post: operations["gateway_sign_in"];
        /**
         * Sign Out
         * @description Ends this session; where an identity provider began it, says how to end its session, too.
         */
        delete: operations["gateway_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Sessions
         * @description Where the one who asks is signed in, the session used last first.
         */
        get: operations["gateway_get_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Session
         * @description Ends one of the own sessions, on another device say.
         */
        delete: operations["gateway_end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change Password
         * @description Ends all other sessions of the user.
         */
        post: operations["gateway_change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Tokens */
        get: operations["gateway_get_tokens"];
        put?: never;
        /**
         * Create Token
         * @description A token for `Authorization: Bearer`; it is shown once. It may do what its owner may at that moment, at most.
         */
        post: operations["gateway_create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete Token */
        delete: operations["gateway_delete_token"];
        options?: never;
        head?: never;
        /** Rename Token */
        patch: operations["gateway_rename_token"];
        trace?: never;
    };
    "/api/gateway/v1/tokens/{token_id}/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Token
         * @description A new secret for the token, shown once; the one before works on for the overlap.
         */
        post: operations["gateway_rotate_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Views */
        get: operations["gateway_get_views"];
        put?: never;
        /** Save View */
        post: operations["gateway_save_view"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/views/{view_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change View */
        put: operations["gateway_change_view"];
        post?: never;
        /** Delete View */
        delete: operations["gateway_delete_view"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/access/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Roles
         * @description What each role allows, and where the asker may give roles.
         */
        get: operations["gateway_get_roles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/access/bindings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Bindings
         * @description Who has which role where.
         */
        get: operations["gateway_get_bindings"];
        put?: never;
        /**
         * Give Role
         * @description Give a role to a user or a group, at a node and all below it, or everywhere. Nobody can give more than they
         *     have there.
         */
        post: operations["gateway_give_role"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/access/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Explanation
         * @description Whether a user may do something at a place, by which roles, or what is missing.
         */
        get: operations["gateway_get_explanation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/access/bindings/{binding_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take Role
         * @description It counts at once here, and within `FINCC_GATEWAY_IDENTITY_CACHE_S` in other gateways.
         */
        delete: operations["gateway_take_role"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Users
         * @description Who can sign in here, and who has by an identity provider. At a node only the names are shown, to give roles
         *     to.
         */
        get: operations["gateway_get_users"];
        put?: never;
        /**
         * Add User
         * @description Somebody without a role yet, who signs in with a password here and has to change it at first.
         */
        post: operations["gateway_add_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change User
         * @description Disable, which ends sessions and stops API tokens at once, or enable again.
         */
        patch: operations["gateway_change_user"];
        trace?: never;
    };
    "/api/gateway/v1/users/{user}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset Password
         * @description A new initial password for somebody who has forgotten theirs; ends the user's sessions.
         */
        post: operations["gateway_reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/users/{user}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End Sessions
         * @description Signs the user out everywhere.
         */
        delete: operations["gateway_end_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Status
         * @description How each service is: ready or why not, its processes, what waits, and how its timed work went.
         */
        get: operations["gateway_get_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify Audit
         * @description Compute all hashes of this service's record again; with `known`, also give the hash of that entry.
         */
        get: operations["gateway_verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description What was changed in all services, newest first; as CSV all of it, whatever `limit` and `after` say.
         */
        get: operations["gateway_list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/audit/vocabulary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Audit Vocabulary
         * @description Which services keep a record, and what can stand in it.
         */
        get: operations["gateway_get_audit_vocabulary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dead Letters */
        get: operations["gateway_get_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/dead-letters/{letter_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay Dead Letter */
        post: operations["gateway_replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/gateway/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workers
         * @description The processes of this service, what they wait for, and how their timed work went.
         */
        get: operations["gateway_get_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Kinds */
        get: operations["ingestion_list_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Sources */
        get: operations["ingestion_list_sources"];
        put?: never;
        /** Add Source */
        post: operations["ingestion_add_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Source */
        get: operations["ingestion_get_source"];
        put?: never;
        post?: never;
        /** Remove Source */
        delete: operations["ingestion_remove_source"];
        options?: never;
        head?: never;
        /**
         * Change Source
         * @description Its schedule, and what it gets in with.
         */
        patch: operations["ingestion_change_source"];
        trace?: never;
    };
    "/api/ingestion/v1/sources/{source}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check Source */
        post: operations["ingestion_check_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Place
         * @description Can it be reached and read? Nothing is stored.
         */
        post: operations["ingestion_check_place"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/sources/{source}/periods/{period}/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose Counted */
        post: operations["ingestion_choose_counted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/sources/{source}/ingest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ingest Source */
        post: operations["ingestion_ingest_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/sources/{source}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan Source
         * @description What an ingest of these periods would read; nothing is read by asking.
         */
        post: operations["ingestion_plan_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan Place
         * @description The same of a source that is not stored.
         */
        post: operations["ingestion_plan_place"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/rebuilds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rebuild */
        post: operations["ingestion_rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/secret-rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Secrets
         * @description Wrap the secrets of all sources with the first key; the others can be removed then.
         */
        post: operations["ingestion_rotate_secrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Job */
        get: operations["ingestion_get_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Runs
         * @description Newest first; as CSV all of them, whatever `limit` and `cursor` say.
         */
        get: operations["ingestion_list_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Run */
        get: operations["ingestion_get_run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/runs/{run_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry Run */
        post: operations["ingestion_retry_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/runs/{run_id}/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Quarantine */
        get: operations["ingestion_get_quarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/exports/focus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export Focus */
        get: operations["ingestion_export_focus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Metrics
         * @description What is kept of one resource, hour by hour; no series where nothing is.
         */
        get: operations["ingestion_list_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dead Letters */
        get: operations["ingestion_get_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/dead-letters/{letter_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay Dead Letter */
        post: operations["ingestion_replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify Audit
         * @description Compute all hashes of this service's record again; with `known`, also give the hash of that entry.
         */
        get: operations["ingestion_verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description What was changed in this service, newest first.
         */
        get: operations["ingestion_list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ingestion/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workers
         * @description The processes of this service, what they wait for, and how their timed work went.
         */
        get: operations["ingestion_get_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/hierarchy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Hierarchy
         * @description The nodes valid on a day that the asker may see, and those on the way to them.
         */
        get: operations["attribution_get_hierarchy"];
        /** Put Hierarchy */
        put: operations["attribution_put_hierarchy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/hierarchy/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Hierarchy Document
         * @description All nodes with all their intervals, as YAML that an import reads back to the same hierarchy.
         */
        get: operations["attribution_get_hierarchy_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/catalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Catalog
         * @description The services of the teams that the asker may see.
         */
        get: operations["attribution_get_catalog"];
        /** Put Catalog */
        put: operations["attribution_put_catalog"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/rule-sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Rule Sets */
        get: operations["attribution_list_rule_sets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/rule-sets/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Rule Set */
        get: operations["attribution_get_rule_set"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/rule-sets/active/matched": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Matched
         * @description The cost that each rule of the active set decides over the newest billing periods.
         */
        get: operations["attribution_get_matched"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/rule-sets/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Publish Rule Set */
        put: operations["attribution_publish_rule_set"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/rule-sets/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Test Rule Set */
        post: operations["attribution_test_rule_set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Suggestions
         * @description What nobody owns, by what it says, and whose it may be. Nothing is applied by itself.
         */
        get: operations["attribution_list_suggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/suggestions/accepted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept Suggestion
         * @description Publish the active rules with one more for this group, after all others, so that it takes nothing else.
         */
        post: operations["attribution_accept_suggestion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/explanations/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain Record
         * @description For a record of a team that the asker may see; another's is as unknown as one that never was.
         */
        get: operations["attribution_explain_record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/rebuilds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rebuild
         * @description Hierarchy, catalog and owners on their topics again, as they are active, for readers that have lost them.
         */
        post: operations["attribution_rebuild"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dead Letters */
        get: operations["attribution_get_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/dead-letters/{letter_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay Dead Letter */
        post: operations["attribution_replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify Audit
         * @description Compute all hashes of this service's record again; with `known`, also give the hash of that entry.
         */
        get: operations["attribution_verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description What was changed in this service, newest first.
         */
        get: operations["attribution_list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attribution/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workers
         * @description The processes of this service, what they wait for, and how their timed work went.
         */
        get: operations["attribution_get_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/cost-by-team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Cost By Team */
        get: operations["cockpit_get_cost_by_team"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/costs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Costs */
        get: operations["cockpit_get_costs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Resources */
        get: operations["cockpit_get_resources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Records */
        get: operations["cockpit_get_records"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/dimensions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dimensions */
        get: operations["cockpit_get_dimensions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/dimensions/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dimension Values */
        get: operations["cockpit_get_dimension_values"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/hierarchy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Hierarchy
         * @description As of today, in the version that answers are told in; of it, what the asker may see, and the way there.
         */
        get: operations["cockpit_get_hierarchy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/reconciliation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Reconciliation
         * @description What the database holds is summed: for the present state of the figures at most every half minute, and at once for
         *     who sends `Cache-Control: no-cache` and for CSV. Whole bills: nobody may see a part of them.
         */
        get: operations["cockpit_get_reconciliation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/periods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Periods */
        get: operations["cockpit_get_periods"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dead Letters */
        get: operations["cockpit_get_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/dead-letters/{letter_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay Dead Letter */
        post: operations["cockpit_replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify Audit
         * @description Compute all hashes of this service's record again; with `known`, also give the hash of that entry.
         */
        get: operations["cockpit_verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description What was changed in this service, newest first.
         */
        get: operations["cockpit_list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cockpit/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workers
         * @description The processes of this service, what they wait for, and how their timed work went.
         */
        get: operations["cockpit_get_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/findings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Findings
         * @description Resources that do not satisfy the tag policy.
         */
        get: operations["compliance_list_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/findings/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export Findings
         * @description The same as CSV, all rows; with `team`, the list of one owner.
         */
        get: operations["compliance_export_findings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/findings/{finding_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Finding */
        get: operations["compliance_get_finding"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Coverage
         * @description What the days cost, by how it is tagged; for those who see everything, since it adds up to the whole bill.
         */
        get: operations["compliance_get_coverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/findings/exemptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exempt Findings
         * @description Leave findings alone until a day, which is at most two years away; the last exemption counts. All or none are
         *     changed: a finding that is closed or that you may not see is named, and then nothing is.
         */
        post: operations["compliance_exempt_findings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/findings/exemptions/revoked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke Exemptions */
        post: operations["compliance_revoke_exemptions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/findings/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Assign Findings
         * @description Say whose findings are that no attribution rule gives to a team. All or none are changed: a finding in the way is
         *     named, and then nothing is. Costs stay where the rules put them.
         */
        post: operations["compliance_assign_findings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Scan */
        get: operations["compliance_get_scan"];
        put?: never;
        /**
         * Request Scan
         * @description Judge everything again, although nothing has changed.
         */
        post: operations["compliance_request_scan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Policies */
        get: operations["compliance_list_policies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/policies/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Policy
         * @description `active`, or a version's number.
         */
        get: operations["compliance_get_policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/policies/active": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Publish Policy
         * @description What it finds is there after the next scan, which begins at once.
         */
        put: operations["compliance_publish_policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/policies/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test Policy
         * @description What a policy would find, without publishing it. All records of the days are read: it takes seconds.
         */
        post: operations["compliance_test_policy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/inventories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Inventories */
        get: operations["compliance_list_inventories"];
        put?: never;
        /** Add Inventory */
        post: operations["compliance_add_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/inventory-checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check Inventory
         * @description Can it be reached, and with what rights? Nothing is stored.
         */
        post: operations["compliance_check_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/inventories/{inventory_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove Inventory
         * @description What only it has seen is closed by the next scan.
         */
        delete: operations["compliance_remove_inventory"];
        options?: never;
        head?: never;
        /**
         * Change Inventory
         * @description Whether it is paused, and what it is entered with.
         */
        patch: operations["compliance_change_inventory"];
        trace?: never;
    };
    "/api/compliance/v1/inventories/{inventory_id}/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Scan Inventory
         * @description List it as soon as a worker has time, paused or not.
         */
        post: operations["compliance_scan_inventory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/secret-rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate Secrets
         * @description Wrap the secrets of all clouds with the first key; the others can be removed then.
         */
        post: operations["compliance_rotate_secrets"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Dead Letters */
        get: operations["compliance_get_dead_letters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/dead-letters/{letter_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replay Dead Letter */
        post: operations["compliance_replay_dead_letter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/audit/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Verify Audit
         * @description Compute all hashes of this service's record again; with `known`, also give the hash of that entry.
         */
        get: operations["compliance_verify_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List Audit
         * @description What was changed in this service, newest first.
         */
        get: operations["compliance_list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/compliance/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Workers
         * @description The processes of this service, what they wait for, and how their timed work went.
         */
        get: operations["compliance_get_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AcceptedSuggestion
         * @description A group as `UnmatchedOut` names it, and the team that owns it.
         */
        AcceptedSuggestion: {
            /** Column */
            column: string;
            /** Value */
            value: string;
            /** Team */
            team: string;
        };
        /** AccessExplanation */
        AccessExplanation: {
            user: components["schemas"]["Explained"];
            /** Permission */
            permission: string;
            /** About */
            about: string;
            node: components["schemas"]["Place"] | null;
            /** Allowed */
            allowed: boolean;
            /** Given By */
            given_by: components["schemas"]["GivenBy"][];
            /** Missing */
            missing: string[];
        };
        /**
         * Assign
         * @description At most 5,000 findings together, each once.
         */
        Assign: {
            /** Assignments */
            assignments: components["schemas"]["TeamFindings"][];
        };
        /**
         * Assigned
         * @description `before`: what undoes it, to be sent as the next `assignments`.
         */
        Assigned: {
            /** Changed */
            changed: number;
            /** Before */
            before: components["schemas"]["TeamFindings"][];
        };
        /** Assignment */
        Assignment: {
            /** Team */
            team: string;
            /** Team Name */
            team_name: string;
            /** By */
            by: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /** AuditAction */
        AuditAction: {
            /** Name */
            name: string;
            /** Title */
            title: string;
        };
        /**
         * AuditEntry
         * @description Who (`subject_…`) did what (`action`) to what (`object_…`), from where (`address`, null: the machine itself).
         */
        AuditEntry: {
            /** Service */
            service: string;
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Subject Id */
            subject_id: string;
            /** Subject Name */
            subject_name: string;
            /** Address */
            address: string | null;
            /** Trace Id */
            trace_id: string;
            /** Action */
            action: string;
            /** Object Kind */
            object_kind: string;
            /** Object Id */
            object_id: string;
            /** Before */
            before: {
                [key: string]: unknown;
            } | null;
            /** After */
            after: {
                [key: string]: unknown;
            } | null;
            /** Previous Hash */
            previous_hash: string;
            /** Hash */
            hash: string;
        };
        /** AuditPage */
        AuditPage: {
            /** Items */
            items: components["schemas"]["AuditEntry"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** AuditVocabulary */
        AuditVocabulary: {
            /** Services */
            services: components["schemas"]["AuditedService"][];
            /** Actions */
            actions: components["schemas"]["AuditAction"][];
        };
        /** AuditedService */
        AuditedService: {
            /** Name */
            name: string;
            /** Title */
            title: string;
        };
        /** BadRowOut */
        BadRowOut: {
            /** File */
            file: string;
            /** Line */
            line: number;
            /** Reason */
            reason: string;
            /** Content */
            content: string;
        };
        /** Binding */
        Binding: {
            /** Id */
            id: string;
            principal: components["schemas"]["Principal"];
            role: components["schemas"]["BindingRole"];
            /** @description Null: everything. */
            node: components["schemas"]["Place"] | null;
            /**
             * Gives
             * @description The permissions it gives today.
             */
            gives: string[];
            /**
             * Note
             * @description Why it gives less than its role.
             */
            note: string | null;
            /**
             * Why Not Remove
             * @description Null: the asker may remove it.
             */
            why_not_remove: string | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Created By */
            created_by: string | null;
        };
        /** BindingRole */
        BindingRole: {
            /** Name */
            name: string;
            /** Title */
            title: string;
        };
        /** Bindings */
        Bindings: {
            /** Items */
            items: components["schemas"]["Binding"][];
            /**
             * Hidden
             * @description Bindings at places the asker may not see.
             */
            hidden: number;
        };
        /** BrokenEntry */
        BrokenEntry: {
            /** Seq */
            seq: number;
            /** Reason */
            reason: string;
        };
        /** Candidate */
        Candidate: {
            /** Team */
            team: string;
            /** Team Name */
            team_name: string;
            /** Confidence */
            confidence: number;
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
        };
        /** CandidateOut */
        CandidateOut: {
            /** Team */
            team: string;
            /** Confidence */
            confidence: number;
            /** Evidence */
            evidence: components["schemas"]["EvidenceOut"][];
        };
        /** CatalogOut */
        CatalogOut: {
            /** Version */
            version: number;
            /** Services */
            services: components["schemas"]["ServiceOut"][];
        };
        /**
         * ChainState
         * @description `verified`: entries from the first one on that fit; all of them when nothing is broken.
         */
        ChainState: {
            /** Service */
            service: string;
            /** Entries */
            entries: number;
            /** Verified */
            verified: number;
            /**
             * Head
             * @description Hash of the last entry; of none: 64 zeros.
             */
            head: string;
            broken: components["schemas"]["BrokenEntry"] | null;
            /**
             * Known Hash
             * @description Hash of the entry that `known` names; null: there is none.
             */
            known_hash: string | null;
        };
        /**
         * Change
         * @description What an import added, changed or removed, by id.
         */
        Change: {
            /** Version */
            version: number;
            /** Added */
            added: string[];
            /** Changed */
            changed: string[];
            /** Removed */
            removed: string[];
        };
        /** Changed */
        Changed: {
            /** Changed */
            changed: number;
        };
        /** Charge */
        Charge: {
            /** Amount */
            amount: string;
            /** Currency */
            currency: string;
        };
        /** CheckResult */
        CheckResult: {
            /** Ok */
            ok: boolean;
            /** Steps */
            steps: components["schemas"]["Step"][];
        };
        /**
         * ColumnCount
         * @description A column of the bill; `non_null` is null when its cells were not counted.
         */
        ColumnCount: {
            /** Name */
            name: string;
            /** Non Null */
            non_null: number | null;
        };
        /** Money */
        ComplianceMoney: {
            /** Amount */
            amount: string;
            /** Currency */
            currency: string;
        };
        /** CostByTeam */
        CostByTeam: {
            meta: components["schemas"]["Meta"];
            /** Days */
            days: number;
            range: components["schemas"]["DayRange"] | null;
            previous_range: components["schemas"]["DayRange"] | null;
            total: components["schemas"]["Money"];
            previous_total: components["schemas"]["Money"];
            change: components["schemas"]["Money"];
            /** Change Percent */
            change_percent: number | null;
            /** Teams */
            teams: components["schemas"]["TeamCost"][];
            /** Groups */
            groups: components["schemas"]["GroupCost"][];
            /** Units */
            units: components["schemas"]["UnitCost"][];
        };
        /** CostRow */
        CostRow: {
            cost: components["schemas"]["Money"];
            previous_cost: components["schemas"]["Money"] | null;
            change: components["schemas"]["Money"] | null;
            /** Change Percent */
            change_percent: number | null;
            /** Share Percent */
            share_percent: number | null;
            /** Series */
            series: string[];
            /** Keys */
            keys: {
                [key: string]: string | null;
            };
            /** Labels */
            labels: {
                [key: string]: string;
            };
        };
        /** Costs */
        Costs: {
            meta: components["schemas"]["Meta"];
            range: components["schemas"]["DayRange"];
            previous_range: components["schemas"]["DayRange"] | null;
            /** Grain */
            grain: string;
            /** Group By */
            group_by: string[];
            /** Periods */
            periods: string[];
            total: components["schemas"]["Money"];
            previous_total: components["schemas"]["Money"] | null;
            change: components["schemas"]["Money"] | null;
            /** Change Percent */
            change_percent: number | null;
            /** Series Total */
            series_total: string[];
            /** Rows */
            rows: components["schemas"]["CostRow"][];
            other: components["schemas"]["OtherRow"] | null;
        };
        /** CountChoice */
        CountChoice: {
            /** Counted */
            counted: boolean;
        };
        /**
         * CoverageLine
         * @description `kind`: compliant, violating, exempt or untaggable; `why` names the reason of the last. `resources` is null for
         *     charges that are of no resource.
         */
        CoverageLine: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "compliant" | "violating" | "exempt" | "untaggable";
            /** Why */
            why: string | null;
            cost: components["schemas"]["ComplianceMoney"];
            /** Resources */
            resources: number | null;
        };
        /**
         * CoverageOut
         * @description What 30 days cost, by how it is tagged. The lines add up to `total`, which is what the cost pages say.
         *
         *     `covered_percent`: compliant of what can be tagged, by cost; null when nothing can be.
         */
        CoverageOut: {
            meta: components["schemas"]["FindingsMeta"];
            total: components["schemas"]["ComplianceMoney"] | null;
            taggable: components["schemas"]["ComplianceMoney"] | null;
            /** Covered Percent */
            covered_percent: number | null;
            /** Lines */
            lines: components["schemas"]["CoverageLine"][];
        };
        /** CreatedToken */
        CreatedToken: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Last4 */
            last4: string;
            /**
             * Permissions
             * @description Null: all that its owner has.
             */
            permissions: string[] | null;
            node: components["schemas"]["Place"] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Last Used At */
            last_used_at: string | null;
            /** Expires At */
            expires_at: string | null;
            /** Rotated At */
            rotated_at: string | null;
            /**
             * Previous Until
             * @description Until then the secret before the last rotation works, too.
             */
            previous_until: string | null;
            /**
             * Token
             * @description The secret; it cannot be shown again.
             */
            token: string;
        };
        /**
         * DayRange
         * @description Both days included.
         */
        DayRange: {
            /**
             * From
             * Format: date
             */
            from: string;
            /**
             * To
             * Format: date
             */
            to: string;
        };
        /** EndedSessions */
        EndedSessions: {
            /** Ended */
            ended: number;
        };
        /** Evidence */
        Evidence: {
            /** Kind */
            kind: string;
            /** Strength */
            strength: number;
            /** Text */
            text: string;
        };
        /**
         * EvidenceOut
         * @description `kind` is name, account, tag or resource; `strength` between 0 and 1.
         */
        EvidenceOut: {
            /** Kind */
            kind: string;
            /** Strength */
            strength: number;
            /** Text */
            text: string;
        };
        /** Exempt */
        Exempt: {
            /** Ids */
            ids: string[];
            /**
             * Until
             * Format: date
             */
            until: string;
            /** Reason */
            reason: string;
        };
        /** Exemption */
        Exemption: {
            /**
             * Until
             * Format: date
             */
            until: string;
            /** Reason */
            reason: string;
            /** By */
            by: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * Explained
         * @description Whom an explanation is about.
         */
        Explained: {
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /** ExplanationOut */
        ExplanationOut: {
            /** Key */
            key: string;
            /** Attributes */
            attributes: {
                [key: string]: string;
            };
            owner: components["schemas"]["OwnerOut"];
            /** Steps */
            steps: components["schemas"]["StepOut"][];
        };
        /** FacetValue */
        FacetValue: {
            /** Value */
            value: string | null;
            /** Name */
            name: string | null;
            /** Findings */
            findings: number;
            /** Cost 30D */
            cost_30d: string;
        };
        /** FindingDetail */
        FindingDetail: {
            /** Id */
            id: string;
            /** Resource Id */
            resource_id: string;
            /** Resource Name */
            resource_name: string | null;
            /** Resource Type */
            resource_type: string;
            /** Service */
            service: string;
            /** Account */
            account: string | null;
            /** Account Name */
            account_name: string | null;
            /** Region */
            region: string | null;
            /** Missing Keys */
            missing_keys: string[];
            /** Violations */
            violations: components["schemas"]["Violation"][];
            cost_30d: components["schemas"]["ComplianceMoney"] | null;
            /**
             * First Seen
             * Format: date
             */
            first_seen: string;
            /**
             * Last Seen
             * Format: date
             */
            last_seen: string;
            /** Seen In */
            seen_in: ("bill" | "cloud")[];
            /** Owner */
            owner: string | null;
            /** Owner Name */
            owner_name: string | null;
            assignment: components["schemas"]["Assignment"] | null;
            /** Suggested Owner */
            suggested_owner: string | null;
            /** Suggested Owner Name */
            suggested_owner_name: string | null;
            /** Confidence */
            confidence: number | null;
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
            /**
             * State
             * @enum {string}
             */
            state: "open" | "exempt" | "closed";
            /**
             * Opened At
             * Format: date-time
             */
            opened_at: string;
            /** Closed At */
            closed_at: string | null;
            /** Closed Because */
            closed_because: string | null;
            exemption: components["schemas"]["Exemption"] | null;
            /** Tags */
            tags: {
                [key: string]: string;
            };
            /** Candidates */
            candidates: components["schemas"]["Candidate"][];
            /** History */
            history: {
                [key: string]: unknown;
            }[];
            /** Proposal */
            proposal: string | null;
        };
        /**
         * FindingList
         * @description `facets`: provider dimension → its values under the other filters, the most expensive first.
         */
        FindingList: {
            meta: components["schemas"]["FindingsMeta"];
            /** Items */
            items: components["schemas"]["FindingOut"][];
            /** Total */
            total: number;
            total_cost: components["schemas"]["ComplianceMoney"] | null;
            /** Facets */
            facets: {
                [key: string]: components["schemas"]["FacetValue"][];
            };
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * FindingOut
         * @description A resource that does not satisfy the policy.
         *
         *     `cost_30d` is null for a resource that the bill does not have (yet). `owner` is who pays by the attribution rules;
         *     without one, `assignment` is whom a person has named; without that, `suggested_owner` is who is likely to own it, null
         *     where nobody is sure enough.
         */
        FindingOut: {
            /** Id */
            id: string;
            /** Resource Id */
            resource_id: string;
            /** Resource Name */
            resource_name: string | null;
            /** Resource Type */
            resource_type: string;
            /** Service */
            service: string;
            /** Account */
            account: string | null;
            /** Account Name */
            account_name: string | null;
            /** Region */
            region: string | null;
            /** Missing Keys */
            missing_keys: string[];
            /** Violations */
            violations: components["schemas"]["Violation"][];
            cost_30d: components["schemas"]["ComplianceMoney"] | null;
            /**
             * First Seen
             * Format: date
             */
            first_seen: string;
            /**
             * Last Seen
             * Format: date
             */
            last_seen: string;
            /** Seen In */
            seen_in: ("bill" | "cloud")[];
            /** Owner */
            owner: string | null;
            /** Owner Name */
            owner_name: string | null;
            assignment: components["schemas"]["Assignment"] | null;
            /** Suggested Owner */
            suggested_owner: string | null;
            /** Suggested Owner Name */
            suggested_owner_name: string | null;
            /** Confidence */
            confidence: number | null;
            /** Evidence */
            evidence: components["schemas"]["Evidence"][];
            /**
             * State
             * @enum {string}
             */
            state: "open" | "exempt" | "closed";
            /**
             * Opened At
             * Format: date-time
             */
            opened_at: string;
            /** Closed At */
            closed_at: string | null;
            /** Closed Because */
            closed_because: string | null;
            exemption: components["schemas"]["Exemption"] | null;
        };
        /** FindingsMeta */
        FindingsMeta: {
            scan: components["schemas"]["ScanOut"];
            /** Currency */
            currency: string | null;
            /** Other Currencies */
            other_currencies: string[];
            range: components["schemas"]["Span"] | null;
            /** Filters */
            filters: string[];
            /** Limited To */
            limited_to: string[] | null;
        };
        /** GivenBy */
        GivenBy: {
            /** Binding Id */
            binding_id: string;
            /**
             * Group
             * @description The group it comes by; null: it is the user's own.
             */
            group: string | null;
            role: components["schemas"]["BindingRole"];
            node: components["schemas"]["Place"] | null;
            /**
             * Way
             * @description Names from the binding's node down to the asked one.
             */
            way: string[];
        };
        /** GroupCost */
        GroupCost: {
            cost: components["schemas"]["Money"];
            previous_cost: components["schemas"]["Money"] | null;
            change: components["schemas"]["Money"] | null;
            /** Change Percent */
            change_percent: number | null;
            /** Share Percent */
            share_percent: number | null;
            /** Series */
            series: string[];
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /** HierarchyAnswer */
        HierarchyAnswer: {
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Version */
            version: number;
            /** Nodes */
            nodes: components["schemas"]["HierarchyNode"][];
        };
        /**
         * HierarchyChange
         * @description `nodes`: valid today after the change. `effective_from`: null when everything is replaced since ever.
         */
        HierarchyChange: {
            /** Version */
            version: number;
            /** Added */
            added: string[];
            /** Changed */
            changed: string[];
            /** Removed */
            removed: string[];
            /** Nodes */
            nodes: components["schemas"]["NodeOut"][];
            /** Effective From */
            effective_from: string | null;
            /** Changes */
            changes: components["schemas"]["NodeChangeOut"][];
        };
        /** HierarchyNode */
        HierarchyNode: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Type
             * @enum {string}
             */
            type: "business_group" | "business_unit" | "team";
            /** Parent Id */
            parent_id: string | null;
            /** Owner Email */
            owner_email: string | null;
            /** Cost Center */
            cost_center: string | null;
        };
        /** HierarchyOut */
        HierarchyOut: {
            /** Version */
            version: number;
            /**
             * As Of
             * Format: date
             */
            as_of: string;
            /** Nodes */
            nodes: components["schemas"]["NodeOut"][];
        };
        /** Ids */
        Ids: {
            /** Ids */
            ids: string[];
        };
        /** IngestRequest */
        IngestRequest: {
            /** Period */
            period?: string | null;
            /** From */
            from?: string | null;
            /** To */
            to?: string | null;
            /**
             * Now
             * @description Do not wait for files without a manifest to settle.
             * @default false
             */
            now: boolean;
            /**
             * Accept Shrink
             * @default false
             */
            accept_shrink: boolean;
            /**
             * Quiet
             * @description Keep no run of a delivery that is known already.
             * @default false
             */
            quiet: boolean;
        };
        /**
         * Place
         * @description Where a bill lies, and how it is read there.
         */
        IngestionPlace: {
            /** Kind */
            kind: string;
            /** Location */
            location: string;
            /**
             * Options
             * @description Those of the kind; secrets go in and never come out.
             * @default {}
             */
            options: {
                [key: string]: unknown;
            };
        };
        /** InitialPassword */
        InitialPassword: {
            /** Id */
            id: string;
            /**
             * Password
             * @description Shown once; it has to be changed at the first sign-in.
             */
            password: string;
        };
        /** InventoryCheck */
        InventoryCheck: {
            /** Ok */
            ok: boolean;
            /** Steps */
            steps: components["schemas"]["InventoryStep"][];
        };
        /**
         * InventoryIn
         * @description A cloud whose resources are listed. `role_name` is assumed in each account, with the credentials given here, else
         *     those of where the service runs. Secrets go in and never come out.
         */
        InventoryIn: {
            /**
             * Profile
             * @description profile in the AWS configuration files of the machine
             */
            profile?: string | null;
            /**
             * Access Key Id
             * @description access key of its own, instead of a profile or the environment's
             */
            access_key_id?: string | null;
            /**
             * Secret Access Key
             * @description secret of that access key
             */
            secret_access_key?: string | null;
            /**
             * Session Token
             * @description session token, where the access key is a temporary one
             */
            session_token?: string | null;
            /**
             * External Id
             * @description external id that the role's trust policy asks for
             */
            external_id?: string | null;
            /** Name */
            name: string;
            /** Role Name */
            role_name?: string | null;
            /**
             * Accounts
             * @default []
             */
            accounts: string[];
            /**
             * Regions
             * @default []
             */
            regions: string[];
            /**
             * Partition
             * @default aws
             * @enum {string}
             */
            partition: "aws" | "aws-cn" | "aws-us-gov";
            /** Endpoint Url */
            endpoint_url?: string | null;
        };
        /** InventoryList */
        InventoryList: {
            /** Items */
            items: components["schemas"]["InventoryOut"][];
        };
        /** InventoryOut */
        InventoryOut: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Role Name */
            role_name: string | null;
            /** Accounts */
            accounts: string[];
            /** Regions */
            regions: string[];
            /** Partition */
            partition: string;
            /** Endpoint Url */
            endpoint_url: string | null;
            /** Profile */
            profile: string | null;
            /** Access Key Id */
            access_key_id: string | null;
            /** Secrets */
            secrets: components["schemas"]["SetSecret"][];
            /** Paused */
            paused: boolean;
            /**
             * State
             * @enum {string}
             */
            state: "never" | "scanning" | "ok" | "partial" | "failed";
            /** Last Scan At */
            last_scan_at: string | null;
            /** Next Scan At */
            next_scan_at: string | null;
            /** Resources */
            resources: number | null;
            /** Never Tagged */
            never_tagged: number | null;
            /** Steps */
            steps: components["schemas"]["InventoryStep"][];
        };
        /**
         * InventoryPatch
         * @description What is left out stays as it is. Of what it is entered with, what is empty or null is removed.
         */
        InventoryPatch: {
            /**
             * Profile
             * @description profile in the AWS configuration files of the machine
             */
            profile?: string | null;
            /**
             * Access Key Id
             * @description access key of its own, instead of a profile or the environment's
             */
            access_key_id?: string | null;
            /**
             * Secret Access Key
             * @description secret of that access key
             */
            secret_access_key?: string | null;
            /**
             * Session Token
             * @description session token, where the access key is a temporary one
             */
            session_token?: string | null;
            /**
             * External Id
             * @description external id that the role's trust policy asks for
             */
            external_id?: string | null;
            /** Paused */
            paused?: boolean | null;
        };
        /** InventoryStep */
        InventoryStep: {
            /** Step */
            step: string;
            /** Ok */
            ok: boolean;
            /** Detail */
            detail: string;
        };
        /** Job */
        Job: {
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running" | "done" | "failed";
            /** Error */
            error: string | null;
            /** Progress */
            progress: {
                [key: string]: unknown;
            };
            /** Runs */
            runs: components["schemas"]["Run"][];
        };
        /** JobAccepted */
        JobAccepted: {
            /** Job Id */
            job_id: string;
        };
        /** Kind */
        Kind: {
            /** Kind */
            kind: string;
            /** Title */
            title: string;
            /** Description */
            description: string;
            /**
             * Gives
             * @enum {string}
             */
            gives: "costs" | "metrics";
            /** Options */
            options: {
                [key: string]: unknown;
            };
        };
        /** KindList */
        KindList: {
            /** Items */
            items: components["schemas"]["Kind"][];
        };
        /** Labelled */
        Labelled: {
            /** Id */
            id: string;
            /** Label */
            label: string;
        };
        /** LabelledList */
        LabelledList: {
            /** Items */
            items: components["schemas"]["Labelled"][];
        };
        /** LateSource */
        LateSource: {
            /** Source */
            source: string;
            /** Data Through */
            data_through: string | null;
        };
        /** MatchedOut */
        MatchedOut: {
            /** Periods */
            periods: string[];
            /** Missing Periods */
            missing_periods: string[];
            /** Rules */
            rules: components["schemas"]["RuleCostOut"][];
        };
        /** MergedAudit */
        MergedAudit: {
            /** Items */
            items: components["schemas"]["AuditEntry"][];
            /** Next Cursor */
            next_cursor: string | null;
            /**
             * Missing
             * @description Services that did not answer: their entries are not here.
             */
            missing: components["schemas"]["MissingService"][];
        };
        /** Meta */
        Meta: {
            /** As Of */
            as_of: string | null;
            /** Data Through */
            data_through: string | null;
            /** Partial From */
            partial_from: string | null;
            /** Refreshed At */
            refreshed_at: string | null;
            /** Cost Metric */
            cost_metric: string;
            /** Currency */
            currency: string;
            /** Other Currencies */
            other_currencies: string[];
            /** Scope Path */
            scope_path: components["schemas"]["ScopeNode"][];
            unallocated_amount: components["schemas"]["Money"] | null;
            /**
             * Not Included
             * @description Unattributable cost lies outside the scope.
             */
            not_included: boolean;
            /**
             * Limited To
             * @description The parts of the hierarchy that who asks may see; nothing else is in any figure. Null: everything.
             */
            limited_to: components["schemas"]["ScopeNode"][] | null;
            /** Ownership Version */
            ownership_version: number;
            /** Restated */
            restated: components["schemas"]["Restated"][];
            /** Pending */
            pending: components["schemas"]["PendingPeriod"][];
            /** Late Sources */
            late_sources: components["schemas"]["LateSource"][];
            /** Overlapping */
            overlapping: components["schemas"]["SourcePeriod"][];
            /** Warnings */
            warnings: string[];
            /** Filters */
            filters: string[];
            /** Query Hash */
            query_hash: string;
        };
        /** MetricAnswer */
        MetricAnswer: {
            /** Resource Id */
            resource_id: string;
            /**
             * From
             * Format: date
             */
            from: string;
            /**
             * To
             * Format: date
             */
            to: string;
            /** Series */
            series: components["schemas"]["MetricSeries"][];
        };
        /**
         * MetricPlan
         * @description What a pull of metrics would ask for, once a day.
         */
        MetricPlan: {
            /** Resources */
            resources: number;
            /**
             * Resources Cut
             * @description Cheaper resources that are left out, beyond the limits of the source.
             */
            resources_cut: number;
            /**
             * Series
             * @description Asked for in one pull; AWS charges for each.
             */
            series: number;
            /** Pulls Per Month */
            pulls_per_month: number;
            price_per_1000: components["schemas"]["Charge"];
            /** @description At most; null where `reason` says why. */
            monthly_charge: components["schemas"]["Charge"] | null;
            /** Reason */
            reason: string | null;
            /**
             * Days
             * @description Whole days that are not in yet.
             */
            days: number;
        };
        /** MetricPoint */
        MetricPoint: {
            /**
             * At
             * Format: date-time
             * @description Start of the hour, UTC.
             */
            at: string;
            /** Value */
            value: number;
        };
        /**
         * MetricReport
         * @description What a run of a source of metrics did besides its points, which are its rows.
         */
        MetricReport: {
            /**
             * First Day
             * Format: date
             */
            first_day: string;
            /**
             * Last Day
             * Format: date
             */
            last_day: string;
            /**
             * Requested
             * @description Series asked for; AWS charges for each.
             */
            requested: number;
            charge: components["schemas"]["Charge"];
            /** Resources */
            resources: number;
            /**
             * Resources Cut
             * @description Cheaper resources that were not asked about, beyond the limits of the source.
             */
            resources_cut: number;
            /**
             * Not Evaluated
             * @description Resources without a single point: nothing is known of them.
             */
            not_evaluated: number;
            /**
             * Not Evaluated Ids
             * @description The first hundred of them.
             */
            not_evaluated_ids: string[];
        };
        /**
         * MetricSeries
         * @description One statistic of one metric. An hour without a value has no point; it is not 0.
         */
        MetricSeries: {
            /** Source Id */
            source_id: string;
            /** Namespace */
            namespace: string;
            /** Metric */
            metric: string;
            /** Statistic */
            statistic: string;
            /** Unit */
            unit: string;
            /** Period S */
            period_s: number;
            /** Points */
            points: components["schemas"]["MetricPoint"][];
        };
        /** MissingService */
        MissingService: {
            /** Service */
            service: string;
            /** Reason */
            reason: string;
        };
        /** Money */
        Money: {
            /**
             * Amount
             * @example 1234.56
             */
            amount: string;
            /**
             * Currency
             * @example USD
             */
            currency: string;
        };
        /** MoveOut */
        MoveOut: {
            /** Currency */
            currency: string;
            /** Metric */
            metric: string;
            /** Team From */
            team_from: string;
            /** Team To */
            team_to: string;
            /** Amount */
            amount: string;
            /** Keys */
            keys: number;
        };
        /**
         * MovedOut
         * @description `missing_periods`: their records are no longer in the archive, so nothing is said of them.
         *
         *     `teams`: what each gains or loses; the amounts of one currency sum to 0, Unattributable among them.
         */
        MovedOut: {
            /** Periods */
            periods: string[];
            /** Missing Periods */
            missing_periods: string[];
            /** Moved */
            moved: components["schemas"]["MoveOut"][];
            /** Teams */
            teams: components["schemas"]["TeamChangeOut"][];
            /** Unattributable Before */
            unattributable_before: {
                [key: string]: string;
            };
            /** Unattributable After */
            unattributable_after: {
                [key: string]: string;
            };
        };
        /** NewBinding */
        NewBinding: {
            /**
             * User
             * @description Id or name of a user; or else `group`.
             */
            user?: string | null;
            /**
             * Group
             * @description Name of a group as the identity provider writes it.
             */
            group?: string | null;
            /** Role */
            role: string;
            /**
             * Node
             * @description Node of the hierarchy; empty: everything.
             */
            node?: string | null;
        };
        /** NewSource */
        NewSource: {
            /** Kind */
            kind: string;
            /** Location */
            location: string;
            /**
             * Options
             * @description Those of the kind; secrets go in and never come out.
             * @default {}
             */
            options: {
                [key: string]: unknown;
            };
            /** Name */
            name: string;
        };
        /** NewToken */
        NewToken: {
            /** Name */
            name: string;
            /**
             * Expires In Days
             * @description Empty: FINCC_GATEWAY_TOKEN_DAYS.
             */
            expires_in_days?: number | null;
            /**
             * Permissions
             * @description Empty: all that its owner has.
             */
            permissions?: string[] | null;
            /**
             * Node
             * @description It works at this node and below alone; empty: wherever its owner may.
             */
            node?: string | null;
        };
        /** NewUser */
        NewUser: {
            /**
             * Name
             * @description What the user signs in with; stored in lower case.
             */
            name: string;
            /** Display Name */
            display_name?: string | null;
            /** Email */
            email?: string | null;
        };
        /** NewView */
        NewView: {
            /** Name */
            name: string;
            /**
             * Page
             * @description Path of a page of the app.
             */
            page: string;
            /**
             * Query
             * @description The page's URL after the `?`.
             */
            query: string;
        };
        /**
         * NodeChangeOut
         * @description The last interval of one id before and after; `fields` are those that differ; empty where one is null.
         */
        NodeChangeOut: {
            /** Id */
            id: string;
            before: components["schemas"]["NodeOut"] | null;
            after: components["schemas"]["NodeOut"] | null;
            /** Fields */
            fields: string[];
        };
        /** NodeOut */
        NodeOut: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Type */
            type: string;
            /** Parent Id */
            parent_id: string | null;
            /** Owner Email */
            owner_email: string | null;
            /** Cost Center */
            cost_center: string | null;
            /** Valid From */
            valid_from: string | null;
            /** Valid To */
            valid_to: string | null;
        };
        /** OpenJob */
        OpenJob: {
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "ingest" | "rebuild" | "purge";
            /**
             * State
             * @enum {string}
             */
            state: "queued" | "running";
            /** Progress */
            progress: {
                [key: string]: unknown;
            };
        };
        /** OtherRow */
        OtherRow: {
            cost: components["schemas"]["Money"];
            previous_cost: components["schemas"]["Money"] | null;
            change: components["schemas"]["Money"] | null;
            /** Change Percent */
            change_percent: number | null;
            /** Share Percent */
            share_percent: number | null;
            /** Series */
            series: string[];
            /** Count */
            count: number;
        };
        /** OwnSession */
        OwnSession: {
            /** Id */
            id: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Last Seen At
             * Format: date-time
             */
            last_seen_at: string;
            /** Address */
            address: string | null;
            /** User Agent */
            user_agent: string | null;
            /** Is Current */
            is_current: boolean;
        };
        /** OwnSessions */
        OwnSessions: {
            /** Items */
            items: components["schemas"]["OwnSession"][];
        };
        /** OwnerOut */
        OwnerOut: {
            /** Team Id */
            team_id: string | null;
            /** Service Id */
            service_id: string | null;
            /** Rule Id */
            rule_id: string | null;
            /** Reason */
            reason: string | null;
        };
        /** PasswordChange */
        PasswordChange: {
            /** Old Password */
            old_password: string;
            /**
             * New Password
             * @description 12 to 512 characters.
             */
            new_password: string;
        };
        /** PendingPeriod */
        PendingPeriod: {
            /** Source */
            source: string;
            /** Billing Period */
            billing_period: string;
            /**
             * Since
             * Format: date-time
             */
            since: string;
            /** Hop */
            hop: string;
        };
        /** Period */
        Period: {
            /** Billing Period */
            billing_period: string;
            /** Version */
            version: number;
            /** Counted */
            counted: boolean;
            /** Rows */
            rows: number;
            /** Is Closed */
            is_closed: boolean;
            /**
             * Delivered At
             * Format: date-time
             */
            delivered_at: string;
        };
        /** PeriodItem */
        PeriodItem: {
            /** Billing Period */
            billing_period: string;
            /** Sources */
            sources: string[];
            /** Is Closed */
            is_closed: boolean;
        };
        /** Periods */
        Periods: {
            /** Items */
            items: components["schemas"]["PeriodItem"][];
        };
        /**
         * Place
         * @description A node of the hierarchy; `path` has the names from the top down to it, and is empty when it has left.
         */
        Place: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Path */
            path: string[];
        };
        /**
         * PlacePlanRequest
         * @description The plan of a source that is not stored.
         */
        PlacePlanRequest: {
            /** Period */
            period?: string | null;
            /** From */
            from?: string | null;
            /** To */
            to?: string | null;
            /**
             * Now
             * @description Do not wait for files without a manifest to settle.
             * @default false
             */
            now: boolean;
            /** Kind */
            kind: string;
            /** Location */
            location: string;
            /**
             * Options
             * @description Those of the kind; secrets go in and never come out.
             * @default {}
             */
            options: {
                [key: string]: unknown;
            };
        };
        /**
         * Plan
         * @description What an ingest would do; nothing is done by asking.
         */
        Plan: {
            /** Periods */
            periods: components["schemas"]["PlannedPeriod"][];
            /** Bytes To Read */
            bytes_to_read: number;
            /**
             * Duration S
             * @description At the speed of the last deliveries of this kind that were read here.
             */
            duration_s: number | null;
            /**
             * Duration Reason
             * @description Why there is no duration.
             */
            duration_reason: string | null;
            /** @description Of sources of metrics, which have no deliveries. */
            metrics?: components["schemas"]["MetricPlan"] | null;
        };
        /**
         * PlanRequest
         * @description `period` alone, or a range `from`…`to` of billing periods, both included.
         */
        PlanRequest: {
            /** Period */
            period?: string | null;
            /** From */
            from?: string | null;
            /** To */
            to?: string | null;
            /**
             * Now
             * @description Do not wait for files without a manifest to settle.
             * @default false
             */
            now: boolean;
        };
        /** PlannedPeriod */
        PlannedPeriod: {
            /** Billing Period */
            billing_period: string;
            /** Files */
            files: number;
            /** Bytes */
            bytes: number;
            /**
             * Verdict
             * @description new: nothing of the period is in; newer: replaces what is in; the others are not read.
             * @enum {string}
             */
            verdict: "new" | "newer" | "unchanged" | "superseded" | "waiting";
            /**
             * Reason
             * @description Why it is not read.
             */
            reason: string | null;
        };
        /** PolicyList */
        PolicyList: {
            /** Items */
            items: components["schemas"]["PolicySummary"][];
        };
        /**
         * PolicyOut
         * @description `version` 0: none is published, nothing is judged, and `document` is the one to begin with.
         */
        PolicyOut: {
            /** Version */
            version: number;
            /** Document */
            document: string;
            /** Required */
            required: components["schemas"]["Requirement"][];
            /** Untaggable Types */
            untaggable_types: string[];
            /** Untaggable Services */
            untaggable_services: string[];
            /** Published At */
            published_at: string | null;
            /** Published By */
            published_by: string | null;
        };
        /** PolicySummary */
        PolicySummary: {
            /** Version */
            version: number;
            /**
             * Published At
             * Format: date-time
             */
            published_at: string;
            /** Published By */
            published_by: string;
            /** Active */
            active: boolean;
        };
        /**
         * PolicyTest
         * @description What a policy would find in the newest scan, beside what the active one does.
         */
        PolicyTest: {
            /** Findings Before */
            findings_before: number;
            /** Findings After */
            findings_after: number;
            /** Cost Before */
            cost_before: components["schemas"]["ComplianceMoney"][];
            /** Cost After */
            cost_after: components["schemas"]["ComplianceMoney"][];
            /** By Key */
            by_key: {
                [key: string]: number;
            };
        };
        /** Principal */
        Principal: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "user" | "group";
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Display Name */
            display_name: string | null;
            /** Is Disabled */
            is_disabled: boolean;
        };
        /**
         * Problem
         * @description RFC 9457 problem details.
         */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            trace_id: string;
            errors?: {
                field: string;
                message: string;
            }[];
        };
        /** Process */
        Process: {
            /** Instance */
            instance: string;
            /** Version */
            version: string;
            /** Roles */
            roles: string[];
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /**
             * Seen At
             * Format: date-time
             */
            seen_at: string;
            /** Reasons */
            reasons: string[];
        };
        /** Provider */
        Provider: {
            /** Title */
            title: string;
            /**
             * Href
             * @description Open it in the browser; takes `next`, the page to come back to.
             */
            href: string;
        };
        /** Published */
        Published: {
            /** Periods */
            periods: string[];
            /** Missing Periods */
            missing_periods: string[];
            /** Moved */
            moved: components["schemas"]["MoveOut"][];
            /** Teams */
            teams: components["schemas"]["TeamChangeOut"][];
            /** Unattributable Before */
            unattributable_before: {
                [key: string]: string;
            };
            /** Unattributable After */
            unattributable_after: {
                [key: string]: string;
            };
            /** Version */
            version: number;
        };
        /** QuarantinePage */
        QuarantinePage: {
            /** Items */
            items: components["schemas"]["BadRowOut"][];
            /** Next Cursor */
            next_cursor: string | null;
            /** Total */
            total: number;
        };
        /** RebuildRequest */
        RebuildRequest: {
            /** Source */
            source?: string | null;
            /** Period */
            period?: string | null;
        };
        /**
         * Rebuilt
         * @description `version` is null where nothing was ever published.
         */
        Rebuilt: {
            /** Version */
            version: number | null;
        };
        /** Reconciliation */
        Reconciliation: {
            meta: components["schemas"]["Meta"];
            /** Items */
            items: components["schemas"]["ReconciliationItem"][];
            /** Ok */
            ok: boolean;
        };
        /** ReconciliationItem */
        ReconciliationItem: {
            /** Source Id */
            source_id: string;
            /** Source */
            source: string;
            /** Billing Period */
            billing_period: string;
            /** Snapshot */
            snapshot: string;
            /**
             * Status
             * @description complete, incomplete, pending or overlapping
             */
            status: string;
            /** Pending Since */
            pending_since: string | null;
            /** Pending Hop */
            pending_hop: string | null;
            /** Billed Basis */
            billed_basis: string | null;
            /** Currency */
            currency: string;
            /** Counted */
            counted: boolean;
            /** Rows Read */
            rows_read: number | null;
            /** Rows Quarantined */
            rows_quarantined: number | null;
            /** Rows Published */
            rows_published: number | null;
            /** Source Billed */
            source_billed: string | null;
            /** Quarantined Billed */
            quarantined_billed: string | null;
            /** Raw Billed */
            raw_billed: string | null;
            /** Enriched Billed */
            enriched_billed: string | null;
            /** Cockpit Billed */
            cockpit_billed: string | null;
            /** Difference */
            difference: string | null;
            /** First Difference Hop */
            first_difference_hop: string | null;
        };
        /**
         * Records
         * @description Records with FOCUS columns; every value is text, so that amounts stay exact.
         */
        Records: {
            meta: components["schemas"]["Meta"];
            range: components["schemas"]["DayRange"];
            /** Columns */
            columns: string[];
            /** Items */
            items: {
                [key: string]: string | null;
            }[];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * Requirement
         * @description `also`: keys that count as this one. `values`: allowed ones, `teams` for those of the hierarchy, null for any.
         *     `where`: the resources it is asked of, by column; all when empty.
         */
        Requirement: {
            /** Key */
            key: string;
            /** Also */
            also: string[];
            /** Values */
            values: string[] | "teams" | null;
            /** Pattern */
            pattern: string | null;
            /** Where */
            where: {
                [key: string]: string[];
            };
        };
        /**
         * Resource
         * @description A resource, or a charge without one. `key` leads to its records and to the explanation of its owner.
         */
        Resource: {
            /** Resourceid */
            ResourceId: string | null;
            /** Resourcetype */
            ResourceType: string | null;
            /** Servicename */
            ServiceName: string | null;
            /** Subaccountid */
            SubAccountId: string | null;
            /** Regionid */
            RegionId: string | null;
            /** X Teamid */
            x_TeamId: string | null;
            /** X Serviceid */
            x_ServiceId: string | null;
            /** X Attributionruleid */
            x_AttributionRuleId: string | null;
            /** Key */
            key: string;
            cost: components["schemas"]["Money"];
            previous_cost: components["schemas"]["Money"];
        };
        /** Resources */
        Resources: {
            meta: components["schemas"]["Meta"];
            range: components["schemas"]["DayRange"];
            previous_range: components["schemas"]["DayRange"];
            /** Items */
            items: components["schemas"]["Resource"][];
            /** Next Cursor */
            next_cursor: string | null;
            /** Total */
            total: number;
        };
        /** Restated */
        Restated: {
            /** Source */
            source: string;
            /** Billing Period */
            billing_period: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** @description Of the whole bill; null for who sees a part of the hierarchy only. */
            difference: components["schemas"]["Money"] | null;
        };
        /**
         * RestatedBy
         * @description Against the delivery of a closed period that was replaced; amounts by currency.
         */
        RestatedBy: {
            /** Previous Version */
            previous_version: number;
            /** Difference */
            difference: {
                [key: string]: string;
            };
        };
        /** Role */
        Role: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** About */
            about: string;
            /** Permissions */
            permissions: components["schemas"]["RolePermission"][];
        };
        /** RolePermission */
        RolePermission: {
            /** Name */
            name: string;
            /** About */
            about: string;
            /**
             * At Nodes
             * @description Whether it can hold at a node; else it takes the role everywhere.
             */
            at_nodes: boolean;
        };
        /** Roles */
        Roles: {
            /** Items */
            items: components["schemas"]["Role"][];
            /** Permissions */
            permissions: components["schemas"]["RolePermission"][];
            /** May Give Everywhere */
            may_give_everywhere: boolean;
            /**
             * May Give At
             * @description The nodes at and below which the asker may give roles.
             */
            may_give_at: components["schemas"]["Place"][];
        };
        /** Rotation */
        Rotation: {
            /**
             * Overlap Hours
             * @description So long the secret before works, too.
             * @default 24
             */
            overlap_hours: number;
        };
        /**
         * RuleCostOut
         * @description `rule_id` null: what no rule takes.
         */
        RuleCostOut: {
            /** Rule Id */
            rule_id: string | null;
            /** Currency */
            currency: string;
            /** Metric */
            metric: string;
            /** Amount */
            amount: string;
            /** Keys */
            keys: number;
        };
        /** RuleSetList */
        RuleSetList: {
            /** Items */
            items: components["schemas"]["RuleSetSummary"][];
        };
        /**
         * RuleSetOut
         * @description `document` is the YAML text as published; `rules` are its rules in order.
         */
        RuleSetOut: {
            /** Version */
            version: number;
            /** Document */
            document: string;
            /** Rules */
            rules: {
                [key: string]: unknown;
            }[];
        };
        /** RuleSetSummary */
        RuleSetSummary: {
            /** Version */
            version: number;
            /**
             * Published At
             * Format: date-time
             */
            published_at: string;
            /** Published By */
            published_by: string;
            /** Rules */
            rules: number;
            /** Active */
            active: boolean;
        };
        /**
         * Run
         * @description One attempt at one delivery of one billing period.
         */
        Run: {
            /** Id */
            id: string;
            /** Job Id */
            job_id: string | null;
            /** Source Id */
            source_id: string;
            /** Source */
            source: string | null;
            /** Billing Period */
            billing_period: string;
            /** Version */
            version: number | null;
            /** Token */
            token: string;
            /**
             * State
             * @enum {string}
             */
            state: "running" | "complete" | "overlapping" | "unchanged" | "superseded" | "waiting" | "refused" | "failed";
            /** Reason */
            reason: string | null;
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /** Finished At */
            finished_at: string | null;
            /** Files */
            files: number;
            /**
             * Bytes
             * @description Size of the delivery's files; null of runs from before it was kept.
             */
            bytes?: number | null;
            /** Rows Read */
            rows_read?: number | null;
            /** Rows Mapped */
            rows_mapped?: number | null;
            /** Rows Folded */
            rows_folded?: number | null;
            /** Rows Added */
            rows_added?: number | null;
            /** Rows Quarantined */
            rows_quarantined?: number | null;
            /** Rows Published */
            rows_published?: number | null;
            /** Billed */
            billed?: {
                [key: string]: string;
            } | null;
            /** Quarantined Billed */
            quarantined_billed?: {
                [key: string]: string;
            } | null;
            /** Billed Basis */
            billed_basis?: string | null;
            restated?: components["schemas"]["RestatedBy"] | null;
            /**
             * Unknown Columns
             * @default []
             */
            unknown_columns: components["schemas"]["ColumnCount"][];
            /**
             * Unused Columns
             * @default []
             */
            unused_columns: components["schemas"]["ColumnCount"][];
            /**
             * Unknown Line Item Types
             * @default []
             */
            unknown_line_item_types: components["schemas"]["TypeCount"][];
            /**
             * Warnings
             * @default []
             */
            warnings: components["schemas"]["Warned"][];
            /** @description Of sources of metrics. */
            metrics?: components["schemas"]["MetricReport"] | null;
        };
        /** RunPage */
        RunPage: {
            /** Items */
            items: components["schemas"]["Run"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * ScanOut
         * @description `state`: waiting (nothing was ever judged), current, or stale with the reason why a new scan is due.
         */
        ScanOut: {
            /**
             * State
             * @enum {string}
             */
            state: "waiting" | "current" | "stale" | "scanning";
            /** Why */
            why: string | null;
            /** Scanned At */
            scanned_at: string | null;
            /** Duration S */
            duration_s: number | null;
            /** Resources */
            resources: number | null;
            /** Data Through */
            data_through: string | null;
            /** Policy Version */
            policy_version: number;
            /** Missing */
            missing: string[];
        };
        /** ScopeNode */
        ScopeNode: {
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * SecretRotation
         * @description All secrets are under the key `key_id` now; `rewrapped` of them were under another one.
         */
        SecretRotation: {
            /** Key Id */
            key_id: string;
            /** Secrets */
            secrets: number;
            /** Rewrapped */
            rewrapped: number;
        };
        /** ServiceOut */
        ServiceOut: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Team */
            team: string;
            /** Tier */
            tier: number | null;
            /** Components */
            components: {
                [key: string]: unknown;
            }[];
        };
        /**
         * ServiceStatus
         * @description What null is for is not known: the service could not say it.
         */
        ServiceStatus: {
            /** Name */
            name: string;
            /** Title */
            title: string;
            /** Ready */
            ready: boolean;
            /**
             * Reason
             * @description Why it is not ready.
             */
            reason: string | null;
            /**
             * Version
             * @description Several, during an upgrade, with commas.
             */
            version: string | null;
            /**
             * Latency Ms
             * @description Milliseconds until it said whether it is ready; null for the gateway itself.
             */
            latency_ms: number | null;
            /**
             * Lag
             * @description Topic → messages that it has not finished with.
             */
            lag: {
                [key: string]: number | null;
            } | null;
            /** Dead Letters */
            dead_letters: number | null;
            /**
             * Outbox
             * @description Events that are not on the bus yet.
             */
            outbox: number | null;
            /** @description The job that ended last. */
            last_run: components["schemas"]["TimedRun"] | null;
            /** @description The job that failed last. */
            last_error: components["schemas"]["TimedRun"] | null;
            /** Processes */
            processes: components["schemas"]["Process"][] | null;
        };
        /** Session */
        Session: {
            user: components["schemas"]["User"];
            /**
             * Permissions
             * @description For somebody without any role: `account:write` alone.
             */
            permissions: string[];
            /**
             * Limited
             * @description Those of them that hold for a part of the hierarchy only.
             */
            limited: string[];
            /**
             * Access Contact
             * @description Whom to ask for access; may be empty.
             */
            access_contact: string;
            /**
             * Csrf Token
             * @description Send it in the header X-CSRF-Token of every write; empty for an API token.
             */
            csrf_token: string;
            /**
             * Must Change Password
             * @description Until then nothing else is allowed.
             */
            must_change_password: boolean;
            /** Version */
            version: string;
        };
        /**
         * SetSecret
         * @description That a secret is there; its value is never told.
         */
        SetSecret: {
            /** Field */
            field: string;
            /**
             * Set At
             * Format: date-time
             */
            set_at: string;
        };
        /** SignIn */
        SignIn: {
            /** Username */
            username: string;
            /** Password */
            password: string;
        };
        /**
         * SignedOut
         * @description `continue_at` ends the session at the identity provider, too; open it in the browser.
         */
        SignedOut: {
            /** Continue At */
            continue_at: string | null;
        };
        /** Source */
        Source: {
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Name */
            name: string;
            /** Location */
            location: string;
            /** Options */
            options: {
                [key: string]: unknown;
            };
            /** Secrets */
            secrets: components["schemas"]["SetSecret"][];
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * State
             * @enum {string}
             */
            state: "new" | "ok" | "failing";
            /**
             * Reason
             * @description Why it is failing.
             */
            reason: string | null;
            /** Paused */
            paused: boolean;
            /**
             * Poll Every S
             * @description Its own seconds between looks; null: as the service is set.
             */
            poll_every_s: number | null;
            /**
             * Looks Every S
             * @description Seconds between looks that count for it.
             */
            looks_every_s: number;
            /**
             * Next Look At
             * @description Null while it is paused.
             */
            next_look_at: string | null;
            /** Last Success At */
            last_success_at: string | null;
            newest_period: components["schemas"]["Period"] | null;
            /** @description What is queued or running for it; the oldest where there are several. */
            job: components["schemas"]["OpenJob"] | null;
            last_run: components["schemas"]["Run"] | null;
            /** Periods */
            periods: components["schemas"]["Period"][];
        };
        /**
         * SourceChange
         * @description What is left out stays as it is. `poll_every_s`: seconds between looks; null takes the service's own setting again.
         */
        SourceChange: {
            /** Paused */
            paused?: boolean | null;
            /** Poll Every S */
            poll_every_s?: number | null;
            /**
             * Options
             * @description Secrets, and options marked `x-access`: one that is not named stays, an empty one is removed.
             */
            options?: {
                [key: string]: unknown;
            } | null;
        };
        /** SourceList */
        SourceList: {
            /** Items */
            items: components["schemas"]["Source"][];
        };
        /** SourcePeriod */
        SourcePeriod: {
            /** Source */
            source: string;
            /** Billing Period */
            billing_period: string;
        };
        /**
         * Span
         * @description Both days included.
         */
        Span: {
            /**
             * From
             * Format: date
             */
            from: string;
            /**
             * To
             * Format: date
             */
            to: string;
        };
        /** Status */
        Status: {
            /** Version */
            version: string;
            /** Services */
            services: components["schemas"]["ServiceStatus"][];
        };
        /** Step */
        Step: {
            /** Step */
            step: string;
            /** Ok */
            ok: boolean;
            /** Detail */
            detail: string;
        };
        /** StepOut */
        StepOut: {
            /** Rule Id */
            rule_id: string;
            /** Rule */
            rule: string;
            /** Verdict */
            verdict: string;
            /** Matched */
            matched: boolean;
            /** Why */
            why: string;
        };
        /**
         * SuggestionsOut
         * @description The largest amounts first, per currency. Without a hierarchy there is nobody to suggest, and nothing is listed.
         */
        SuggestionsOut: {
            /** Metric */
            metric: string;
            /** Periods */
            periods: string[];
            /** Missing Periods */
            missing_periods: string[];
            /** Has Hierarchy */
            has_hierarchy: boolean;
            /** Unattributable */
            unattributable: {
                [key: string]: string;
            };
            /** Items */
            items: components["schemas"]["UnmatchedOut"][];
        };
        /** TeamChangeOut */
        TeamChangeOut: {
            /** Currency */
            currency: string;
            /** Metric */
            metric: string;
            /** Team */
            team: string;
            /** Amount */
            amount: string;
        };
        /** TeamCost */
        TeamCost: {
            cost: components["schemas"]["Money"];
            previous_cost: components["schemas"]["Money"] | null;
            change: components["schemas"]["Money"] | null;
            /** Change Percent */
            change_percent: number | null;
            /** Share Percent */
            share_percent: number | null;
            /** Series */
            series: string[];
            /** Team Id */
            team_id: string | null;
            /** Team */
            team: string;
            /** Business Unit Id */
            business_unit_id: string | null;
            /** Business Unit */
            business_unit: string | null;
            /** Business Group Id */
            business_group_id: string | null;
            /** Business Group */
            business_group: string | null;
        };
        /**
         * TeamFindings
         * @description Findings and the team they are given to; null takes back what was given.
         */
        TeamFindings: {
            /** Team */
            team: string | null;
            /** Ids */
            ids: string[];
        };
        /**
         * TimedRun
         * @description The last turn of a job in one process; of a failure, `ok` says whether it went well since.
         */
        TimedRun: {
            /** Instance */
            instance: string;
            /** Name */
            name: string;
            /** Ended At */
            ended_at: string | null;
            /** Took S */
            took_s: number | null;
            /** Ok */
            ok: boolean | null;
            /** Error */
            error: string | null;
            /** Failed At */
            failed_at: string | null;
        };
        /**
         * TimedWork
         * @description A job as it went last in one process; `failed_at` and `error` stay after a later success.
         */
        TimedWork: {
            /** Name */
            name: string;
            /** Every S */
            every_s: number;
            /** Started At */
            started_at: string | null;
            /**
             * Ended At
             * @description Earlier than started_at while it runs.
             */
            ended_at: string | null;
            /** Took S */
            took_s: number | null;
            /** Ok */
            ok: boolean | null;
            /** Error */
            error: string | null;
            /** Failed At */
            failed_at: string | null;
        };
        /** Token */
        Token: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Last4 */
            last4: string;
            /**
             * Permissions
             * @description Null: all that its owner has.
             */
            permissions: string[] | null;
            node: components["schemas"]["Place"] | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Last Used At */
            last_used_at: string | null;
            /** Expires At */
            expires_at: string | null;
            /** Rotated At */
            rotated_at: string | null;
            /**
             * Previous Until
             * @description Until then the secret before the last rotation works, too.
             */
            previous_until: string | null;
        };
        /** TokenRename */
        TokenRename: {
            /** Name */
            name: string;
        };
        /** Tokens */
        Tokens: {
            /** Items */
            items: components["schemas"]["Token"][];
            /**
             * Default Days
             * @description Days until a token expires when nothing is said.
             */
            default_days: number;
            /** Max Days */
            max_days: number;
        };
        /** TypeCount */
        TypeCount: {
            /** Type */
            type: string;
            /** Rows */
            rows: number;
        };
        /** UnitCost */
        UnitCost: {
            cost: components["schemas"]["Money"];
            previous_cost: components["schemas"]["Money"] | null;
            change: components["schemas"]["Money"] | null;
            /** Change Percent */
            change_percent: number | null;
            /** Share Percent */
            share_percent: number | null;
            /** Series */
            series: string[];
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Business Group Id */
            business_group_id: string | null;
        };
        /**
         * UnmatchedOut
         * @description Costs that nobody owns and that say the same: `column` is `Tags/<key>`, SubAccountId, or "" when they say nothing,
         *     and then no rule can be made for them. `team` is null where no candidate is sure enough.
         */
        UnmatchedOut: {
            /** Currency */
            currency: string;
            /** Column */
            column: string;
            /** Value */
            value: string;
            /** Amount */
            amount: string;
            /** Keys */
            keys: number;
            /** Team */
            team: string | null;
            /** Candidates */
            candidates: components["schemas"]["CandidateOut"][];
        };
        /** User */
        User: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Display Name */
            display_name: string | null;
            /** Email */
            email: string | null;
            /**
             * Groups
             * @description As the identity provider said at the last sign-in.
             */
            groups: string[];
            /**
             * Has Password
             * @description Whether the user can sign in with a password kept here.
             */
            has_password: boolean;
        };
        /** UserChange */
        UserChange: {
            /** Is Disabled */
            is_disabled: boolean;
        };
        /** UserInList */
        UserInList: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Display Name */
            display_name: string | null;
            /** Email */
            email: string | null;
            /** Groups */
            groups: string[];
            /**
             * Issuer
             * @description The identity provider; null: signs in with a password here.
             */
            issuer: string | null;
            /** Is Disabled */
            is_disabled: boolean;
            /** Must Change Password */
            must_change_password: boolean;
            /** Last Sign In At */
            last_sign_in_at: string | null;
            /**
             * Sessions
             * @description Open ones; null for an asker who may not see it.
             */
            sessions: number | null;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Users */
        Users: {
            /** Items */
            items: components["schemas"]["UserInList"][];
        };
        /** View */
        View: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Page */
            page: string;
            /** Query */
            query: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Views */
        Views: {
            /** Items */
            items: components["schemas"]["View"][];
        };
        /**
         * Violation
         * @description `found`: the key and value as tagged, null when there is none.
         */
        Violation: {
            /** Key */
            key: string;
            /**
             * Verdict
             * @enum {string}
             */
            verdict: "missing" | "empty" | "not allowed";
            /** Found Key */
            found_key: string | null;
            /** Found Value */
            found_value: string | null;
        };
        /**
         * WaitingLetter
         * @description A message that its reader could not take.
         */
        WaitingLetter: {
            /** Id */
            id: string;
            /** Topic */
            topic: string;
            /** Key */
            key: string;
            /** Kind */
            kind: string;
            /** Reason */
            reason: string;
            /**
             * First Failed At
             * Format: date-time
             */
            first_failed_at: string;
            /** Attempts */
            attempts: number;
        };
        /** WaitingLetters */
        WaitingLetters: {
            /** Items */
            items: components["schemas"]["WaitingLetter"][];
        };
        /** Warned */
        Warned: {
            /** Kind */
            kind: string;
            /** Detail */
            detail: string | null;
            /** Count */
            count: number;
        };
        /**
         * WaysIn
         * @description How people sign in here.
         */
        WaysIn: {
            /** Password */
            password: boolean;
            provider: components["schemas"]["Provider"] | null;
        };
        /**
         * Worker
         * @description A process of this service that was seen within the last half minute.
         */
        Worker: {
            /** Instance */
            instance: string;
            /** Version */
            version: string;
            /** Roles */
            roles: string[];
            /**
             * Started At
             * Format: date-time
             */
            started_at: string;
            /**
             * Seen At
             * Format: date-time
             */
            seen_at: string;
            /**
             * Reasons
             * @description Why it is not ready; empty when it is.
             */
            reasons: string[];
            /**
             * Lag
             * @description Topic → messages it has not finished with, on the partitions it reads; null: not known.
             */
            lag: {
                [key: string]: number | null;
            };
            /**
             * Dead Letters
             * @description Of the whole service; null: it reads no topic.
             */
            dead_letters: number | null;
            /**
             * Outbox
             * @description Of the whole service; null: it writes no topic.
             */
            outbox: number | null;
            /** Jobs */
            jobs: components["schemas"]["TimedWork"][];
        };
        /** Workers */
        Workers: {
            /** Items */
            items: components["schemas"]["Worker"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    gateway_get_ways_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaysIn"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnSessions"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tokens"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_delete_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_rename_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRename"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_rotate_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Views"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_save_view: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewView"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_change_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewView"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["View"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_delete_view: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                view_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_roles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Roles"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_bindings: {
        parameters: {
            query?: {
                /** @description Id or name. */
                user?: string | null;
                group?: string | null;
                role?: string | null;
                /** @description Only those that hold at this node. */
                node?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Bindings"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_give_role: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewBinding"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Binding"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_explanation: {
        parameters: {
            query: {
                /** @description Id or name. */
                user: string;
                permission: string;
                /** @description Node of the hierarchy; empty: everything. */
                node?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessExplanation"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_take_role: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                binding_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Users"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_add_user: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitialPassword"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_change_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InitialPassword"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_end_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedSessions"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_verify_audit: {
        parameters: {
            query?: {
                /** @description An entry whose hash was written down earlier. */
                known?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainState"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_list_audit: {
        parameters: {
            query?: {
                /** @description Only the record of this service. */
                service?: string | null;
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                after?: string | null;
                format?: "json" | "csv";
                /** @description Id of a person, or a part of the name. */
                subject?: string | null;
                /** @description `source.created`, or `source` for all of its kind. */
                action?: string | null;
                /** @description First UTC day. */
                from?: string | null;
                /** @description Last UTC day, included. */
                to?: string | null;
                /** @description Only the entry of this number. */
                entry?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergedAudit"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_audit_vocabulary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVocabulary"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingLetters"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_replay_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    gateway_get_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workers"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_list_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KindList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_list_sources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_add_source: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSource"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_get_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_remove_source: {
        parameters: {
            query: {
                mode: "keep" | "purge";
            };
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_change_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SourceChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_check_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckResult"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_check_place: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IngestionPlace"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckResult"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_choose_counted: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
                period: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CountChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Source"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_ingest_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IngestRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_plan_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                source: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_plan_place: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlacePlanRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_rebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RebuildRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string[];
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_rotate_secrets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRotation"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_get_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_list_runs: {
        parameters: {
            query?: {
                source?: string | null;
                state?: string | null;
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_get_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_retry_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAccepted"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_get_quarantine: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: number;
                format?: "json" | "csv";
            };
            header?: never;
            path: {
                run_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuarantinePage"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_export_focus: {
        parameters: {
            query: {
                version: string;
                period: string;
                format?: "parquet" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_list_metrics: {
        parameters: {
            query: {
                /** @description ResourceId as the bill writes it. */
                resource_id: string;
                /** @description First UTC day. */
                from: string;
                /** @description Last UTC day, included; at most 93 days. */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricAnswer"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_get_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingLetters"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_replay_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_verify_audit: {
        parameters: {
            query?: {
                /** @description An entry whose hash was written down earlier. */
                known?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainState"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_list_audit: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                after?: string | null;
                /** @description Id of a person, or a part of the name. */
                subject?: string | null;
                /** @description `source.created`, or `source` for all of its kind. */
                action?: string | null;
                /** @description First UTC day. */
                from?: string | null;
                /** @description Last UTC day, included. */
                to?: string | null;
                /** @description Only the entry of this number. */
                entry?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ingestion_get_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workers"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_hierarchy: {
        parameters: {
            query?: {
                as_of?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HierarchyOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_put_hierarchy: {
        parameters: {
            query?: {
                dry_run?: boolean;
            };
            header?: {
                /** @description The version that was seen, in quotes, as its GET gave it; 412 when another one is active. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
                "application/json": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HierarchyChange"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_hierarchy_document: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_catalog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_put_catalog: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
                "application/json": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Change"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_list_rule_sets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleSetList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_rule_set: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleSetOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_matched: {
        parameters: {
            query?: {
                /** @description Newest billing periods to compare. */
                periods?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchedOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_publish_rule_set: {
        parameters: {
            query?: {
                /** @description Newest billing periods to compare. */
                periods?: number;
            };
            header?: {
                /** @description The version that was seen, in quotes, as its GET gave it; 412 when another one is active. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
                "application/json": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Published"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_test_rule_set: {
        parameters: {
            query?: {
                /** @description Newest billing periods to compare. */
                periods?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
                "application/json": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MovedOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_list_suggestions: {
        parameters: {
            query?: {
                /** @description Newest billing periods to compare. */
                periods?: number;
                /** @description Groups per currency, the largest. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SuggestionsOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_accept_suggestion: {
        parameters: {
            query?: {
                /** @description Newest billing periods to compare. */
                periods?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptedSuggestion"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Published"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_explain_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_rebuild: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rebuilt"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingLetters"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_replay_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_verify_audit: {
        parameters: {
            query?: {
                /** @description An entry whose hash was written down earlier. */
                known?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainState"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_list_audit: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                after?: string | null;
                /** @description Id of a person, or a part of the name. */
                subject?: string | null;
                /** @description `source.created`, or `source` for all of its kind. */
                action?: string | null;
                /** @description First UTC day. */
                from?: string | null;
                /** @description Last UTC day, included. */
                to?: string | null;
                /** @description Only the entry of this number. */
                entry?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    attribution_get_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workers"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_cost_by_team: {
        parameters: {
            query?: {
                days?: number;
                /** @description Last day; default: the last complete day. */
                as_of?: string | null;
                /** @description days: with the days before; month: month to date. */
                comparison?: "days" | "month";
                metric?: "BilledCost" | "EffectiveCost" | "ListCost";
                /** @description ISO 4217; default: the largest. */
                currency?: string | null;
                /** @description Id of a node of the hierarchy; default: everything. */
                scope?: string | null;
                /** @description Dimension:op:value,… with op in, not_in, prefix or contains; may be repeated. */
                filter?: string[] | null;
                format?: ("json" | "csv") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CostByTeam"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_costs: {
        parameters: {
            query?: {
                /** @description First day; default: 30 days before the last. */
                from?: string | null;
                /** @description Last day, included; default: the last complete day. */
                to?: string | null;
                /** @description Comma-separated dimensions, at most 3. */
                group_by?: string;
                grain?: "none" | "day" | "week" | "month";
                compare?: "previous" | "none";
                /** @description Rows kept, the largest costs, or movements where sorted by them; the rest is `other`. */
                top?: number | null;
                sort?: "-cost" | "cost" | "name" | "-name" | "change" | "-change" | "-movement";
                metric?: "BilledCost" | "EffectiveCost" | "ListCost";
                /** @description ISO 4217; default: the largest. */
                currency?: string | null;
                /** @description Id of a node of the hierarchy; default: everything. */
                scope?: string | null;
                /** @description Dimension:op:value,… with op in, not_in, prefix or contains; may be repeated. */
                filter?: string[] | null;
                format?: ("json" | "csv") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Costs"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_resources: {
        parameters: {
            query?: {
                /** @description First day; default: 30 days before the last. */
                from?: string | null;
                /** @description Last day, included; default: the last complete day. */
                to?: string | null;
                limit?: number;
                cursor?: string | null;
                metric?: "BilledCost" | "EffectiveCost" | "ListCost";
                /** @description ISO 4217; default: the largest. */
                currency?: string | null;
                /** @description Id of a node of the hierarchy; default: everything. */
                scope?: string | null;
                /** @description Dimension:op:value,… with op in, not_in, prefix or contains; may be repeated. */
                filter?: string[] | null;
                format?: ("json" | "csv") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resources"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_records: {
        parameters: {
            query?: {
                /** @description First day; default: 30 days before the last. */
                from?: string | null;
                /** @description Last day, included; default: the last complete day. */
                to?: string | null;
                ResourceId?: string | null;
                /** @description An attribution key, as /resources gives it. */
                key?: string | null;
                limit?: number;
                cursor?: string | null;
                metric?: "BilledCost" | "EffectiveCost" | "ListCost";
                /** @description ISO 4217; default: the largest. */
                currency?: string | null;
                /** @description Id of a node of the hierarchy; default: everything. */
                scope?: string | null;
                /** @description Dimension:op:value,… with op in, not_in, prefix or contains; may be repeated. */
                filter?: string[] | null;
                format?: ("json" | "csv") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Records"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_dimensions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelledList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_dimension_values: {
        parameters: {
            query: {
                dimension: string;
                q?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LabelledList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_hierarchy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HierarchyAnswer"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_reconciliation: {
        parameters: {
            query?: {
                format?: ("json" | "csv") | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reconciliation"];
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_periods: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Periods"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingLetters"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_replay_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_verify_audit: {
        parameters: {
            query?: {
                /** @description An entry whose hash was written down earlier. */
                known?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainState"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_list_audit: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                after?: string | null;
                /** @description Id of a person, or a part of the name. */
                subject?: string | null;
                /** @description `source.created`, or `source` for all of its kind. */
                action?: string | null;
                /** @description First UTC day. */
                from?: string | null;
                /** @description Last UTC day, included. */
                to?: string | null;
                /** @description Only the entry of this number. */
                entry?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cockpit_get_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workers"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_list_findings: {
        parameters: {
            query?: {
                sort?: "-cost" | "cost" | "-age" | "age" | "resource";
                cursor?: string | null;
                limit?: number;
                state?: "open" | "exempt" | "closed";
                missing?: string[];
                service?: string[];
                account?: string[];
                region?: string[];
                type?: string[];
                team?: string[];
                seen_in?: ("bill" | "cloud" | "both")[];
                /** @description Cost of 30 days at least. */
                min_cost?: number | string | null;
                min_age_days?: number | null;
                /** @description Part of a resource's id or name. */
                q?: string | null;
                currency?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_export_findings: {
        parameters: {
            query?: {
                sort?: "-cost" | "cost" | "-age" | "age" | "resource";
                state?: "open" | "exempt" | "closed";
                missing?: string[];
                service?: string[];
                account?: string[];
                region?: string[];
                type?: string[];
                team?: string[];
                seen_in?: ("bill" | "cloud" | "both")[];
                /** @description Cost of 30 days at least. */
                min_cost?: number | string | null;
                min_age_days?: number | null;
                /** @description Part of a resource's id or name. */
                q?: string | null;
                currency?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_get_finding: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                finding_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FindingDetail"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_get_coverage: {
        parameters: {
            query?: {
                currency?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoverageOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_exempt_findings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Exempt"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_revoke_exemptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Ids"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_assign_findings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Assign"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assigned"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_get_scan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScanOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_request_scan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScanOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_list_policies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_get_policy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_publish_policy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was seen, in quotes, as its GET gave it; 412 when another one is active. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
                "application/json": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_test_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/yaml": string;
                "application/json": string;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicyTest"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_list_inventories: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryList"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_add_inventory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InventoryIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_check_inventory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InventoryIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryCheck"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_remove_inventory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                inventory_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_change_inventory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                inventory_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InventoryPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_scan_inventory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                inventory_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InventoryOut"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_rotate_secrets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretRotation"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_get_dead_letters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaitingLetters"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_replay_dead_letter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                letter_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: string;
                    };
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_verify_audit: {
        parameters: {
            query?: {
                /** @description An entry whose hash was written down earlier. */
                known?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChainState"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_list_audit: {
        parameters: {
            query?: {
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                after?: string | null;
                /** @description Id of a person, or a part of the name. */
                subject?: string | null;
                /** @description `source.created`, or `source` for all of its kind. */
                action?: string | null;
                /** @description First UTC day. */
                from?: string | null;
                /** @description Last UTC day, included. */
                to?: string | null;
                /** @description Only the entry of this number. */
                entry?: number | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compliance_get_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workers"];
                };
            };
            /** @description A problem */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
