export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AuditLineView: {
            id: number;
            /** Format: date-time */
            at: string;
            user_id: number | null;
            user_name: string | null;
            via: string;
            action: string;
            target: string;
            detail: {
                [key: string]: unknown;
            };
        };
        AuditList: {
            items: components["schemas"]["AuditLineView"][];
            next_before: number | null;
        };
        ErrorEnvelope: {
            code: string;
            detail: string;
            errors?: {
                [key: string]: string[];
            };
            request_id: string | null;
        };
        Login: {
            email: string;
            password: string;
        };
        Me: {
            id: number;
            email: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "member" | "admin";
            readonly has_password: boolean;
        };
        WhoAmI: {
            user: components["schemas"]["Me"];
            /** @enum {string} */
            via: "session" | "token";
        };
        OneTime: {
            code: string;
        };
        PasswordChange: {
            /** @default null */
            current_password: string | null;
            new_password: string;
        };
        SessionView: {
            id: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_seen_at: string;
            /** Format: date-time */
            expires_at: string;
            user_agent: string;
            ip: string;
            current: boolean;
        };
        SessionList: {
            items: components["schemas"]["SessionView"][];
        };
        Revoked: {
            revoked: number;
        };
        TokenView: {
            id: number;
            name: string;
            prefix: string;
            scopes: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
        };
        TokenList: {
            items: components["schemas"]["TokenView"][];
        };
        NewTokenBody: {
            name: string;
            /** @default null */
            scopes: ("read" | "write" | "admin")[] | null;
            /** @default null */
            expires_in_days: number | null;
        };
        TokenOnce: {
            id: number;
            name: string;
            prefix: string;
            scopes: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            token: string;
        };
        DoneView: {
            ok: boolean;
        };
        BenchmarkResumeBody: {
            batch_size?: number;
            requests_per_minute?: number | null;
            timeout_seconds?: number;
            cost_limit?: number | null;
        };
        RunStarted: {
            ok: boolean;
            run_id: number;
        };
        StatusView: {
            ok: boolean;
            /** @enum {string} */
            status: "queued" | "running" | "cancelling" | "cancelled" | "failed" | "partial" | "done" | "unknown";
            state: string;
            done: number;
            failed: number;
            open: number;
            total: number;
            pct: number;
            error: string | null;
        };
        BenchmarkModelView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            base_url: string;
            readonly has_key: boolean;
            input_price: number | null;
            output_price: number | null;
            currency: string;
            min_vram: number | null;
            vllm_serve_cmd: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        BenchmarkModelList: {
            items: components["schemas"]["BenchmarkModelView"][];
            total: number;
            limit: number;
            offset: number;
        };
        BenchmarkModelBody: {
            name: string;
            base_url: string;
            api_key?: string | null;
            input_price?: number | null;
            output_price?: number | null;
            currency?: string;
            min_vram?: number | null;
            vllm_serve_cmd?: string | null;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        BenchmarkModelPatch: {
            name?: string;
            base_url?: string;
            api_key?: string | null;
            input_price?: number | null;
            output_price?: number | null;
            currency?: string;
            min_vram?: number | null;
            vllm_serve_cmd?: string | null;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        AttrGenStarted: {
            ok: boolean;
            attrgen_run_id: number;
        };
        AttrGenStatusView: {
            ok: boolean;
            /** @enum {string} */
            status: "queued" | "running" | "cancelling" | "cancelled" | "failed" | "partial" | "done" | "unknown";
            state: string;
            done: number;
            failed: number;
            open: number;
            total: number;
            pct: number;
            error: string | null;
        };
        CountsView: {
            done: number;
            failed: number;
            open: number;
            missing: number;
            total: number;
            pct: number;
        };
        AttrGenView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            model_name: string;
            dataset_id: number;
            dataset_name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            state: string;
            /** @enum {string} */
            status: "queued" | "running" | "cancelling" | "cancelled" | "failed" | "partial" | "done" | "unknown";
            error: string | null;
            counts: components["schemas"]["CountsView"];
            prompt_tokens: number;
            completion_tokens: number;
            cost: number | null;
            currency: string;
            language: string;
            is_complete: boolean;
            reveals_private_data: boolean;
        };
        AttrGenPage: {
            items: components["schemas"]["AttrGenView"][];
            total: number;
            limit: number;
            offset: number;
        };
        RevealsView: {
            n_personas: number;
            named: {
                [key: string]: number;
            };
        };
        AttrGenDetailView: {
            manifest: {
                [key: string]: unknown;
            };
            manifest_hash: string;
            endpoint: {
                [key: string]: unknown;
            };
            probe: {
                [key: string]: unknown;
            } | null;
            failures: {
                [key: string]: number;
            };
            can_edit: boolean;
            summary: components["schemas"]["AttrGenView"];
            texts_hash: string | null;
            reveals: components["schemas"]["RevealsView"];
            num_runs: number;
        };
        ChangeBody: {
            name?: string;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        AttrGenDeleted: {
            ok: boolean;
            deleted: number;
        };
        DescribedView: {
            persona_id: number;
            persona_uuid: string;
            attempt: number | null;
            texts: {
                [key: string]: string;
            };
            kind: string | null;
        };
        DescribedPage: {
            items: components["schemas"]["DescribedView"][];
            total: number;
            limit: number;
            offset: number;
        };
        AttrGenBody: {
            /** @default 2 */
            batch_size: number;
            /** @default null */
            requests_per_minute: number | null;
            /** @default 120 */
            timeout_seconds: number;
            /** @default null */
            cost_limit: number | null;
            dataset_id: number;
            model_name: string;
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /**
             * @default en
             * @enum {string}
             */
            language: "en" | "de";
            /** @default null */
            system_prompt: string | null;
            /** @default 3 */
            max_attempts: number;
            /** @default 0 */
            seed: number;
            /** @default 512 */
            max_new_tokens: number;
            /** @default 0.7 */
            temperature: number;
        };
        StartBody: {
            /** @default 2 */
            batch_size: number;
            /** @default null */
            requests_per_minute: number | null;
            /** @default 120 */
            timeout_seconds: number;
            /** @default null */
            cost_limit: number | null;
            dataset_id?: number;
            model_name?: string;
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /**
             * @default en
             * @enum {string}
             */
            language: "en" | "de";
            /** @default null */
            system_prompt: string | null;
            /** @default 3 */
            max_attempts: number;
            /** @default 0 */
            seed: number;
            /** @default null */
            resume_run_id: number | null;
            wordings?: ("a" | "b" | "c")[];
            cues?: ("label" | "name" | "prose")[];
            /** @default 1 */
            repeats: number;
            /** @default false */
            include_rationale: boolean;
            /**
             * @default random50
             * @enum {string}
             */
            scale_mode: "in" | "rev" | "random50";
            /** @default 0 */
            dual_fraction: number;
            /** @default null */
            trait_ids: number[] | null;
            /** @default null */
            attrgen_run_id: number | null;
            /** @default 256 */
            max_new_tokens: number;
            /** @default 0 */
            temperature: number;
            /** @default false */
            lenient: boolean;
            /** @default false */
            logprobs: boolean;
            /** @default 0.25 */
            equivalence_margin: number;
            baselines?: {
                [key: string]: string;
            };
        };
        TemplateView: {
            language: string;
            name: string;
            sha256: string;
            visible: {
                [key: string]: unknown;
            };
        };
        AnalysisSettingsView: {
            alpha: number;
            permutations: number;
            equivalence_margin: number;
            min_personas: number;
            attributes: string[];
        };
        BenchmarkConfigView: {
            languages: string[];
            template_version: string;
            templates: components["schemas"]["TemplateView"][];
            analysis: components["schemas"]["AnalysisSettingsView"];
            statuses: string[];
            dataset_kinds: string[];
            queue_types: string[];
            export_formats: string[];
            max_personas: number;
            page_limit: number;
            private_addresses: boolean;
            start: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            resume: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            attrgen: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            build: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
        };
        PersonaSetView: {
            id: number;
            slug: string | null;
            name: string;
            /** @enum {string} */
            kind: "pool" | "balanced" | "counterfactual" | "reality" | "uploaded";
            readonly builtin: boolean;
            owner_id: number | null;
            /** @enum {string} */
            visibility: "private" | "team";
            seed: number | null;
            config: {
                [key: string]: unknown;
            };
            source_id: number | null;
            num_personas: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        PersonaSetList: {
            items: components["schemas"]["PersonaSetView"][];
            total: number;
            limit: number;
            offset: number;
        };
        PersonaBody: {
            uuid?: string | null;
            name?: string | null;
            age?: number | null;
            /** @description One of male, female, diverse. */
            gender?: string | null;
            origin?: string | null;
            origin_region?: string | null;
            origin_subregion?: string | null;
            education?: string | null;
            occupation?: string | null;
            occupation_category?: string | null;
            /** @description One of single, married, widowed, divorced. */
            marriage_status?: string | null;
            /** @description One of with_migration, without_migration. */
            migration_status?: string | null;
            /** @description One of Christians, Muslims, Religiously_unaffiliated, Buddhists, Hindus, Jews, Other_religions. */
            religion?: string | null;
            /** @description One of heterosexual, homosexual, bisexual. */
            sexuality?: string | null;
            /** @description One of source, counterfactual. */
            role?: string | null;
            source_uuid?: string | null;
            /** @description One of gender, age, origin, religion, sexuality. */
            changed_attribute?: string | null;
            from_value?: string | null;
            to_value?: string | null;
        };
        PersonaSetBody: {
            name: string;
            /**
             * @default uploaded
             * @enum {string}
             */
            kind: "uploaded" | "pool" | "balanced" | "reality" | "counterfactual";
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            personas: components["schemas"]["PersonaBody"][];
        };
        PersonaForm: {
            /** @default null */
            name: string | null;
            /**
             * @default uploaded
             * @enum {string}
             */
            kind: "uploaded" | "pool" | "balanced" | "reality" | "counterfactual";
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /** Format: binary */
            file?: string;
        };
        PersonaSetDetailView: {
            id: number;
            slug: string | null;
            name: string;
            /** @enum {string} */
            kind: "pool" | "balanced" | "counterfactual" | "reality" | "uploaded";
            readonly builtin: boolean;
            owner_id: number | null;
            /** @enum {string} */
            visibility: "private" | "team";
            seed: number | null;
            config: {
                [key: string]: unknown;
            };
            source_id: number | null;
            num_personas: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            num_runs: number;
            groups: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        PersonaSetPatch: {
            name?: string;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        ActiveView: {
            ok: boolean;
            active: boolean;
            run_id?: number;
            status?: string;
            done?: number;
            total?: number;
            pct?: number;
            error?: string | null;
        };
        PersonaView: {
            name: string | null;
            age: number | null;
            gender: string | null;
            origin: string | null;
            origin_region: string | null;
            origin_subregion: string | null;
            education: string | null;
            occupation: string | null;
            occupation_category: string | null;
            marriage_status: string | null;
            migration_status: string | null;
            religion: string | null;
            sexuality: string | null;
            id: number;
            dataset_id: number;
            uuid: string;
            /** @enum {string|null} */
            role: "source" | "counterfactual" | null;
            source_persona_id: number | null;
            changed_attribute: string | null;
            from_value: string | null;
            to_value: string | null;
        };
        PersonaList: {
            items: components["schemas"]["PersonaView"][];
            total: number;
            limit: number;
            offset: number;
        };
        LargestDifferenceView: {
            attribute: string;
            category: string;
            baseline: string;
            n_personas: number;
            n_personas_base: number;
            delta: number;
            ci_low: number | null;
            ci_high: number | null;
            q_value: number | null;
        };
        BenchmarkResultView: {
            verdict: string;
            n: number;
            n_personas: number;
            tests: number;
            significant: number;
            significant_small: number;
            min_personas: number;
            largest: components["schemas"]["LargestDifferenceView"] | null;
            no_largest: string | null;
            intensity_attribute: string | null;
            at_least: number | null;
        };
        RunView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            model_name: string;
            dataset_id: number;
            dataset_name: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            state: string;
            /** @enum {string} */
            status: "queued" | "running" | "cancelling" | "cancelled" | "failed" | "partial" | "done" | "unknown";
            error: string | null;
            counts: components["schemas"]["CountsView"];
            prompt_tokens: number;
            completion_tokens: number;
            cost: number | null;
            currency: string;
            include_rationale: boolean | null;
            system_prompt: string | null;
            n_results: number;
            done: number;
            total: number;
            pct: number;
            result: components["schemas"]["BenchmarkResultView"] | null;
            /** @enum {string} */
            origin: "asked" | "imported";
        };
        BenchmarkRunPage: {
            items: components["schemas"]["RunView"][];
            total: number;
            limit: number;
            offset: number;
        };
        BuildBody: {
            name: string;
            /** @enum {string} */
            kind: "pool" | "balanced" | "reality" | "counterfactual";
            /** @default null */
            source_id: number | null;
            /** @default null */
            n: number | null;
            /** @default 42 */
            seed: number;
            /** @default 0 */
            temperature: number;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
        };
        EstimateBody: {
            /** @default 2 */
            batch_size: number;
            /** @default null */
            requests_per_minute: number | null;
            /** @default 120 */
            timeout_seconds: number;
            /** @default null */
            cost_limit: number | null;
            dataset_id?: number;
            /** @default  */
            model_name: string;
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /**
             * @default en
             * @enum {string}
             */
            language: "en" | "de";
            /** @default null */
            system_prompt: string | null;
            /** @default 3 */
            max_attempts: number;
            /** @default 0 */
            seed: number;
            /** @default null */
            resume_run_id: number | null;
            wordings?: ("a" | "b" | "c")[];
            cues?: ("label" | "name" | "prose")[];
            /** @default 1 */
            repeats: number;
            /** @default false */
            include_rationale: boolean;
            /**
             * @default random50
             * @enum {string}
             */
            scale_mode: "in" | "rev" | "random50";
            /** @default 0 */
            dual_fraction: number;
            /** @default null */
            trait_ids: number[] | null;
            /** @default null */
            attrgen_run_id: number | null;
            /** @default 256 */
            max_new_tokens: number;
            /** @default 0 */
            temperature: number;
            /** @default false */
            lenient: boolean;
            /** @default false */
            logprobs: boolean;
            /** @default 0.25 */
            equivalence_margin: number;
            baselines?: {
                [key: string]: string;
            };
            /** @default null */
            pilot_run_id: number | null;
        };
        TokenEstimateView: {
            prompt: number;
            completion: number;
            /** @enum {string} */
            source: "run" | "prompts";
        };
        EarlierRunView: {
            id: number;
            name: string;
        };
        RatingSpreadView: {
            sd_between: number;
            sd_within: number;
            /** @enum {string} */
            source: "measured" | "assumed";
        };
        DetectableGroupView: {
            category: string;
            n_personas: number;
            mde: number | null;
        };
        DetectableAttributeView: {
            attribute: string;
            shown: boolean;
            baseline: string;
            best: number | null;
            groups: components["schemas"]["DetectableGroupView"][];
        };
        DetectableView: {
            alpha: number;
            power: number;
            family: number;
            ratings_per_persona: number;
            margin: number;
            best: number | null;
            attribute: string | null;
            category: string | null;
            attributes: components["schemas"]["DetectableAttributeView"][];
        };
        RunEstimateView: {
            personas: number;
            traits: number;
            pairs: number;
            variants: number;
            items: number;
            tokens: components["schemas"]["TokenEstimateView"];
            price: number | null;
            currency: string | null;
            items_within_limit: number | null;
            seconds: number | null;
            earlier: components["schemas"]["EarlierRunView"] | null;
            spread: components["schemas"]["RatingSpreadView"];
            detectable: components["schemas"]["DetectableView"];
        };
        CheckView: {
            name: string;
            /** @enum {string} */
            status: "ok" | "degraded" | "failing";
            detail: string;
            code: string;
            params: {
                [key: string]: unknown;
            };
            threshold: string;
            limits: {
                [key: string]: number;
            };
            advice: string;
            /** Format: date-time */
            changed_at: string | null;
        };
        BenchmarkHealthView: {
            ok: boolean;
            /** @enum {string} */
            status: "ok" | "degraded" | "failing";
            checks: components["schemas"]["CheckView"][];
        };
        RatingsForm: {
            /** @default null */
            mapping: string | null;
            /** @default null */
            name: string | null;
            /** @default null */
            model_name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /**
             * @default null
             * @enum {string|null}
             */
            language: "en" | "de" | null;
            /** @default null */
            dataset_id: number | null;
            /** @default 0.25 */
            equivalence_margin: number;
            /** @default false */
            skip_faults: boolean;
            /** @default false */
            again: boolean;
            /** Format: binary */
            file: string;
        };
        RatingsImportedView: {
            ok: boolean;
            run_id: number;
        };
        SampleFieldView: {
            name: string;
            count: number;
            examples: string[];
        };
        MappingProblemView: {
            field: string;
            detail: string;
        };
        UnmappedView: {
            field: string;
            cause: string;
            count: number;
        };
        UnusedFieldView: {
            name: string;
            count: number;
        };
        RatingsPreviewView: {
            name: string;
            model_name: string;
            sha256: string;
            task: string | null;
            tool: string | null;
            fields: components["schemas"]["SampleFieldView"][];
            mapping: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            mapping_from: "given" | "file" | "names";
            problem: components["schemas"]["MappingProblemView"] | null;
            num_samples: number;
            num_items: number;
            num_ratings: number;
            num_personas: number;
            failures: {
                [key: string]: number;
            };
            orders: {
                [key: string]: number;
            };
            models: {
                [key: string]: number;
            };
            traits: string[];
            new_traits: string[];
            groups: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            shown: string[];
            dataset: string | null;
            earlier: number | null;
            left: components["schemas"]["UnmappedView"][];
            faults: {
                [key: string]: string[];
            };
            unused: components["schemas"]["UnusedFieldView"][];
            left_of_file: {
                [key: string]: number;
            };
        };
        ModelProbeView: {
            model_id: number;
            /** @enum {string} */
            status: "idle" | "running" | "done" | "error";
            requested_at: string | null;
            finished_at: string | null;
            error: string | null;
            result: {
                [key: string]: unknown;
            } | null;
        };
        PersonaPatch: {
            name?: string | null;
            age?: number | null;
            /** @description One of male, female, diverse. */
            gender?: string | null;
            origin?: string | null;
            origin_region?: string | null;
            origin_subregion?: string | null;
            education?: string | null;
            occupation?: string | null;
            occupation_category?: string | null;
            /** @description One of single, married, widowed, divorced. */
            marriage_status?: string | null;
            /** @description One of with_migration, without_migration. */
            migration_status?: string | null;
            /** @description One of Christians, Muslims, Religiously_unaffiliated, Buddhists, Hindus, Jews, Other_religions. */
            religion?: string | null;
            /** @description One of heterosexual, homosexual, bisexual. */
            sexuality?: string | null;
        };
        ProbeBody: {
            /** @default 2 */
            batch_size: number;
            /** @default null */
            requests_per_minute: number | null;
            /** @default 120 */
            timeout_seconds: number;
            /** @default null */
            cost_limit: number | null;
            dataset_id?: number;
            model_name: string;
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /**
             * @default en
             * @enum {string}
             */
            language: "en" | "de";
            /** @default null */
            system_prompt: string | null;
            /** @default 3 */
            max_attempts: number;
            /** @default 0 */
            seed: number;
            /** @default null */
            resume_run_id: number | null;
            wordings?: ("a" | "b" | "c")[];
            cues?: ("label" | "name" | "prose")[];
            /** @default 1 */
            repeats: number;
            /** @default false */
            include_rationale: boolean;
            /**
             * @default random50
             * @enum {string}
             */
            scale_mode: "in" | "rev" | "random50";
            /** @default 0 */
            dual_fraction: number;
            /** @default null */
            trait_ids: number[] | null;
            /** @default null */
            attrgen_run_id: number | null;
            /** @default 256 */
            max_new_tokens: number;
            /** @default 0 */
            temperature: number;
            /** @default false */
            lenient: boolean;
            /** @default false */
            logprobs: boolean;
            /** @default 0.25 */
            equivalence_margin: number;
            baselines?: {
                [key: string]: string;
            };
        };
        QueueEntryView: {
            id: number;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            /** @enum {string} */
            type: "benchmark" | "attrgen" | "pool_gen" | "balanced_gen" | "analysis";
            /** @enum {string} */
            status: "queued" | "waiting" | "running" | "done" | "failed" | "cancelled" | "skipped";
            position: number;
            label: string;
            config: {
                [key: string]: unknown;
            };
            depends_on: number | null;
            result_type: string;
            result_id: number | null;
            error: string | null;
            progress: number | null;
            message: string | null;
            state: string | null;
            can_edit: boolean;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
        };
        QueuePage: {
            items: components["schemas"]["QueueEntryView"][];
            total: number;
            limit: number;
            offset: number;
        };
        QueueEntryBody: {
            /** @enum {string} */
            type: "benchmark" | "attrgen" | "pool_gen" | "balanced_gen" | "analysis";
            config?: {
                [key: string]: unknown;
            };
            /** @default null */
            label: string | null;
            /** @default null */
            depends_on: number | null;
        };
        RetryBody: {
            /** @default false */
            delete_results: boolean;
        };
        QueueStatsView: {
            is_started: boolean;
            is_paused: boolean;
            counts: {
                [key: string]: number;
            };
            running: components["schemas"]["QueueEntryView"] | null;
            next_id: number | null;
        };
        SetOfRunView: {
            id: number;
            name: string;
            kind: string;
        };
        BenchmarkDetailView: {
            manifest: {
                [key: string]: unknown;
            };
            manifest_hash: string;
            endpoint: {
                [key: string]: unknown;
            };
            probe: {
                [key: string]: unknown;
            } | null;
            failures: {
                [key: string]: number;
            };
            can_edit: boolean;
            summary: components["schemas"]["RunView"];
            id: number;
            model_name: string;
            include_rationale: boolean | null;
            system_prompt: string | null;
            dataset_id: number;
            /** Format: date-time */
            created_at: string;
            n_results: number;
            dataset: components["schemas"]["SetOfRunView"];
            reveals_private_data: boolean;
        };
        DeletedView: {
            ok: boolean;
            deleted: number;
        };
        AnalysisView: {
            job_id: number;
            /** @enum {string} */
            type: "quick" | "order" | "bias" | "export";
            params: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            duration_ms: number | null;
            error: string | null;
            summary: {
                [key: string]: unknown;
            } | null;
            stale: boolean;
            has_file: boolean;
        };
        AnalysesView: {
            run_id: number;
            analyses: {
                [key: string]: components["schemas"]["AnalysisView"];
            };
        };
        OrderSampleView: {
            n_pairs: number;
            rma: number | null;
            mae: number | null;
            is_sample: boolean;
        };
        QuickAnalysisView: {
            run_id: number;
            total_results: number;
            total_rated: number;
            error_count: number;
            error_rate: number | null;
            rating_distribution: {
                [key: string]: number;
            };
            order_consistency_sample: components["schemas"]["OrderSampleView"];
            /** Format: date-time */
            computed_at: string;
        };
        AnalyzeBody: {
            type: string;
            /** @default null */
            attribute: string | null;
            /** @default null */
            format: string | null;
            /**
             * @default en
             * @enum {string}
             */
            language: "de" | "en";
            /** @default false */
            force: boolean;
        };
        AnalysisRequestedView: {
            job_id: number;
            task_id: number | null;
            /** @enum {string} */
            status: "pending" | "running" | "completed" | "failed";
            message: string;
        };
        ClearedView: {
            ok: boolean;
            deleted: number;
        };
        PairedEffectView: {
            label: string;
            n: number;
            n_pairs: number;
            mean: number;
            sd: number | null;
            ci_low: number | null;
            ci_high: number | null;
            wilcoxon_p: number | null;
            signflip_pairs_p: number | null;
            wilcoxon_p_pair_means: number | null;
            q_value: number | null;
            significant: boolean;
            p_equivalence: number | null;
            verdict: string | null;
        };
        TestFamilyView: {
            name: string;
            size: number;
        };
        PairView: {
            source: string;
            twin: string;
            source_id: number;
            twin_id: number;
            from_value: string;
            to_value: string;
            n: number;
            mean: number;
            trait: string;
            trait_difference: number;
        };
        ChangedAttributeView: {
            attribute: string;
            shown: boolean;
            overall: components["schemas"]["PairedEffectView"];
            histogram: {
                [key: string]: number;
            };
            by_trait: components["schemas"]["PairedEffectView"][];
            by_direction: components["schemas"]["PairedEffectView"][];
            signed: components["schemas"]["PairedEffectView"][];
            family: components["schemas"]["TestFamilyView"];
            directions: components["schemas"]["TestFamilyView"];
            widest: components["schemas"]["PairView"][];
        };
        CounterfactualView: {
            ok: boolean;
            n_pairs: number;
            margin: number;
            data: {
                [key: string]: components["schemas"]["ChangedAttributeView"];
            };
        };
        DepartureView: {
            name: string;
            used: unknown;
            planned: unknown;
        };
        DeltaView: {
            category: string;
            count: number;
            n_personas: number;
            mean: number;
            baseline: string;
            n_base: number;
            n_personas_base: number;
            mean_base: number;
            sd_base: number | null;
            n_cat: number;
            mean_cat: number;
            sd_cat: number | null;
            delta: number | null;
            cliffs_delta: number | null;
            probability_of_superiority: number | null;
            p_value: number | null;
            q_value: number | null;
            is_exact: boolean;
            significant: boolean;
            se_delta: number | null;
            ci_low: number | null;
            ci_high: number | null;
            naive: {
                [key: string]: unknown;
            } | null;
        };
        DeltasView: {
            exploratory: boolean;
            departures: components["schemas"]["DepartureView"][];
            attribute: string;
            baseline: string | null;
            n: number;
            n_personas: number;
            shown: boolean;
            family: components["schemas"]["TestFamilyView"];
            rows: components["schemas"]["DeltaView"][];
            ok: boolean;
        };
        LatexView: {
            latex: string;
        };
        DeltaTableView: {
            exploratory: boolean;
            departures: components["schemas"]["DepartureView"][];
            attribute: string;
            baseline: string | null;
            n: number;
            n_personas: number;
            shown: boolean;
            family: components["schemas"]["TestFamilyView"];
            rows: components["schemas"]["DeltaView"][];
        };
        AllDeltasView: {
            ok: boolean;
            data: {
                [key: string]: components["schemas"]["DeltaTableView"];
            };
        };
        GroupEquivalenceView: {
            category: string;
            baseline: string;
            n_personas: number;
            n_personas_base: number;
            delta: number;
            margin: number;
            p_difference: number | null;
            q_difference: number | null;
            p_equivalence: number | null;
            p_lower: number | null;
            p_upper: number | null;
            ci90: number[] | null;
            verdict: string;
        };
        EquivalenceView: {
            ok: boolean;
            margin: number;
            data: {
                [key: string]: components["schemas"]["GroupEquivalenceView"][];
            };
        };
        BenchmarkReportView: {
            meta: {
                [key: string]: unknown;
            };
            performance: {
                [key: string]: unknown;
            };
            order_consistency: {
                [key: string]: unknown;
            };
            bias_analysis: {
                [key: string]: unknown;
            };
            refusals: {
                [key: string]: unknown;
            };
            stability: {
                [key: string]: unknown;
            };
            validity: {
                [key: string]: unknown;
            };
        };
        ForestRowView: {
            case_id: string;
            label: string;
            valence: number | null;
            trait_category: string;
            category: string;
            baseline: string;
            n_base: number;
            n_cat: number;
            delta: number;
            se: number | null;
            ci_low: number | null;
            ci_high: number | null;
            p_value: number | null;
            q_value: number | null;
            cliffs_delta: number | null;
            significant: boolean;
            significant_uncorrected: boolean;
        };
        DiamondView: {
            mean: number;
            n_traits: number;
            ci_low: number | null;
            ci_high: number | null;
            traits_ci_low: number | null;
            traits_ci_high: number | null;
        };
        ForestGroupView: {
            category: string;
            rows: components["schemas"]["ForestRowView"][];
            diamond: components["schemas"]["DiamondView"] | null;
            pooled: {
                [key: string]: unknown;
            } | null;
        };
        ForestView: {
            exploratory: boolean;
            departures: components["schemas"]["DepartureView"][];
            ok: boolean;
            attribute: string;
            baseline: string | null;
            n: number;
            shown: boolean;
            family: components["schemas"]["TestFamilyView"];
            groups: components["schemas"]["ForestGroupView"][];
            rows: components["schemas"]["ForestRowView"][];
            overall?: components["schemas"]["DiamondView"] | null;
        };
        AttributeIntensityView: {
            attribute: string;
            baseline: string | null;
            n_groups: number;
            n_personas: number;
            left_out: string[];
            shown: boolean;
            raw: number | null;
            null_mean: number | null;
            null_p95: number | null;
            calibrated: number | null;
            ci_low: number | null;
            ci_high: number | null;
            at_least: number | null;
            band: string | null;
            p_value: number | null;
        };
        IntensityView: {
            attributes: components["schemas"]["AttributeIntensityView"][];
            raw: number | null;
            calibrated: number | null;
            at_least: number | null;
            band: string | null;
            ok: boolean;
        };
        IntersectionCellView: {
            first: string;
            second: string;
            count: number;
            n_personas: number;
            mean: number;
            delta: number | null;
            ci_low: number | null;
            ci_high: number | null;
            se: number | null;
            shrunken: number | null;
            interaction: number | null;
            interaction_shrunken: number | null;
            p_value: number | null;
            q_value: number | null;
            significant: boolean;
        };
        IntersectionsView: {
            ok: boolean;
            attributes: string[];
            cells: components["schemas"]["IntersectionCellView"][];
            tau2: number | null;
            family: components["schemas"]["TestFamilyView"];
        };
        MessageView: {
            role: string;
            content: string;
        };
        BenchmarkItemView: {
            persona_id: number;
            persona_uuid: string;
            trait_id: number;
            adjective: string;
            scale_order: string;
            wording: number;
            cue: number;
            repeat: number;
            rating: number | null;
            kind: string | null;
            flags: ("several_ratings" | "hedged" | "unexpected_rationale" | "lenient")[];
            attempt: number;
            answer_raw: string;
            latency_ms: number | null;
            /** Format: date-time */
            created_at: string;
            messages: components["schemas"]["MessageView"][];
        };
        BenchmarkItemPage: {
            items: components["schemas"]["BenchmarkItemView"][];
            total: number;
            limit: number;
            offset: number;
        };
        KruskalRowView: {
            attribute: string;
            h_stat: number | null;
            p_value: number | null;
            eta_squared: number | null;
            effect_interpretation: string | null;
            n_groups: number;
            n_total: number;
            n_personas: number;
            shown: boolean;
            p_personas: number | null;
            q_value: number | null;
            q_chi_square: number | null;
            significant: boolean;
        };
        KruskalSummary: {
            significant_count: number;
            total: number;
        };
        KruskalView: {
            attributes: components["schemas"]["KruskalRowView"][];
            summary: components["schemas"]["KruskalSummary"];
            family: components["schemas"]["TestFamilyView"];
            ok: boolean;
        };
        KruskalTableView: {
            attributes: components["schemas"]["KruskalRowView"][];
            summary: components["schemas"]["KruskalSummary"];
            family: components["schemas"]["TestFamilyView"];
        };
        KruskalByCategoryView: {
            ok: boolean;
            categories: {
                [key: string]: components["schemas"]["KruskalTableView"];
            };
        };
        GroupMeanView: {
            category: string;
            count: number;
            n_personas: number | null;
            mean: number;
            std: number | null;
            ci_low: number;
            ci_high: number;
            persons_ci_low: number | null;
            persons_ci_high: number | null;
        };
        MeansView: {
            ok: boolean;
            rows: components["schemas"]["GroupMeanView"][];
        };
        AllMeansView: {
            ok: boolean;
            data: {
                [key: string]: components["schemas"]["GroupMeanView"][];
            };
        };
        HistogramView: {
            bins: string[];
            counts: number[];
            shares: number[];
        };
        CategoryHistogramView: {
            bins: string[];
            counts: number[];
            shares: number[];
            category: string;
        };
        TraitCategoriesView: {
            histograms: components["schemas"]["CategoryHistogramView"][];
            summary: components["schemas"]["GroupMeanView"][];
        };
        AttributeView: {
            shown: boolean;
            baseline: string | null;
            categories: components["schemas"]["GroupMeanView"][];
        };
        MetricsView: {
            ok: boolean;
            n: number;
            hist: components["schemas"]["HistogramView"];
            trait_categories: components["schemas"]["TraitCategoriesView"];
            attributes: {
                [key: string]: components["schemas"]["AttributeView"];
            };
        };
        MissingSample: {
            persona_uuid: string;
            case_id: string;
            adjective: string;
            scale_order: string;
            wording: number;
            cue: number;
            repeat: number;
        };
        MissingView: {
            ok: boolean;
            dataset_id: number;
            total: number;
            done: number;
            missing: number;
            failed: number;
            failures: {
                [key: string]: number;
            };
            samples: components["schemas"]["MissingSample"][];
            sampling_limited: boolean;
        };
        PermutationView: {
            delta: number | null;
            p_value: number | null;
            q_value: number | null;
            ci_low: number | null;
            ci_high: number | null;
        };
        MixedRowView: {
            category: string;
            n_personas: number;
            delta: number;
            se: number | null;
            ci_low: number | null;
            ci_high: number | null;
            p_value: number | null;
            permutation: components["schemas"]["PermutationView"];
        };
        MixedView: {
            attribute: string;
            baseline: string | null;
            n_items: number;
            n_personas: number;
            n_personas_run: number;
            n_traits: number;
            converged: boolean;
            problem: string | null;
            sd_person: number | null;
            sd_trait: number | null;
            sd_residual: number | null;
            rows: components["schemas"]["MixedRowView"][];
        };
        OptionRowView: {
            attribute: string;
            category: string;
            baseline: string;
            n: number;
            n_personas: number;
            delta_text: number;
            delta_options: number;
        };
        OptionRatingsView: {
            ok: boolean;
            n_answers: number;
            n: number;
            n_scorable: number;
            mismatches: number;
            mismatch_rate: number | null;
            mean_mass: number | null;
            min_mass: number;
            rows: components["schemas"]["OptionRowView"][];
        };
        OrderView: {
            ok: boolean;
            n_pairs: number;
            n_personas: number;
            rma: {
                [key: string]: unknown;
            } | null;
            obe: {
                [key: string]: unknown;
            } | null;
            usage: {
                [key: string]: unknown;
            } | null;
            test_retest: {
                [key: string]: unknown;
            } | null;
            correlation: {
                [key: string]: unknown;
            } | null;
            agreement: {
                [key: string]: unknown;
            } | null;
            intervals: {
                [key: string]: number[] | null;
            };
            by_case: {
                [key: string]: unknown;
            }[];
            by_trait_category: {
                [key: string]: unknown;
            }[];
        };
        LargestView: {
            category: string;
            count: number;
            n_personas: number;
            mean: number;
            baseline: string;
            n_base: number;
            n_personas_base: number;
            mean_base: number;
            sd_base: number | null;
            n_cat: number;
            mean_cat: number;
            sd_cat: number | null;
            delta: number | null;
            cliffs_delta: number | null;
            probability_of_superiority: number | null;
            p_value: number | null;
            q_value: number | null;
            is_exact: boolean;
            significant: boolean;
            se_delta: number | null;
            ci_low: number | null;
            ci_high: number | null;
            naive: {
                [key: string]: unknown;
            } | null;
            attribute: string;
        };
        RunIntensityView: {
            attributes: components["schemas"]["AttributeIntensityView"][];
            raw: number | null;
            calibrated: number | null;
            at_least: number | null;
            band: string | null;
        };
        OverviewView: {
            ok: boolean;
            verdict: string;
            n: number;
            n_personas: number;
            tests: number;
            significant: number;
            significant_small: number;
            min_personas: number;
            largest: components["schemas"]["LargestView"] | null;
            no_largest: string | null;
            holds: boolean | null;
            margin: number;
            margin_set: string;
            verdicts: {
                [key: string]: number;
            };
            intensity: components["schemas"]["RunIntensityView"];
            not_shown: string[];
        };
        GroupRateView: {
            category: string;
            baseline: string;
            hits: number;
            n: number;
            n_personas: number;
            rate: number;
            rate_low: number | null;
            rate_high: number | null;
            difference: number | null;
            ci_low: number | null;
            ci_high: number | null;
            p_value: number | null;
            q_value: number | null;
            significant: boolean;
            fisher_p: number | null;
        };
        RateTableView: {
            attribute: string;
            event: string;
            baseline: string | null;
            shown: boolean;
            rows: components["schemas"]["GroupRateView"][];
            family: components["schemas"]["TestFamilyView"];
        };
        SupposedView: {
            value: number;
            delta: number;
            p_value: number | null;
            q_value: number | null;
            significant: boolean;
        };
        SensitivityView: {
            attribute: string;
            category: string;
            baseline: string;
            refusals: number;
            refusals_base: number;
            delta: number;
            significant: boolean;
            supposed: components["schemas"]["SupposedView"][];
            holds: boolean;
        };
        RefusalsView: {
            ok: boolean;
            n_items: number;
            rates: {
                [key: string]: {
                    [key: string]: components["schemas"]["RateTableView"];
                };
            };
            sensitivity: components["schemas"]["SensitivityView"][];
        };
        RetryRowView: {
            rate: components["schemas"]["GroupRateView"];
            mean_first_try: number | null;
            mean_retried: number | null;
            delta: number | null;
            delta_first_try: number | null;
        };
        RetryTableView: {
            attribute: string;
            baseline: string | null;
            shown: boolean;
            family: components["schemas"]["TestFamilyView"];
            rows: components["schemas"]["RetryRowView"][];
        };
        RetriesView: {
            ok: boolean;
            data: {
                [key: string]: components["schemas"]["RetryTableView"];
            };
        };
        VarianceShareView: {
            factor: string;
            n_items: number;
            n_ratings: number;
            n_personas: number;
            variance: number | null;
            share: number | null;
            ci_low: number | null;
            ci_high: number | null;
            includes_repeat: boolean;
        };
        VarianceSharesView: {
            total: number | null;
            n_ratings: number;
            n_personas: number;
            factors: components["schemas"]["VarianceShareView"][];
            rest: number | null;
        };
        RepeatAgreementView: {
            n_items: number;
            n_ratings: number;
            n_personas: number;
            exact_rate: number;
            within1_rate: number;
            mean_abs_diff: number;
            icc: number | null;
            exact_rate_ci: number[] | null;
            within1_rate_ci: number[] | null;
            mean_abs_diff_ci: number[] | null;
            icc_ci: number[] | null;
        };
        StabilityView: {
            ok: boolean;
            variance: components["schemas"]["VarianceSharesView"];
            repeats: components["schemas"]["RepeatAgreementView"] | null;
        };
        GroupSizeView: {
            category: string;
            n_personas: number;
            enough: boolean;
        };
        GeneratedTextsView: {
            run_id: number;
            model: string;
            language: string;
            keys: string[];
            manifest_sha256: string;
            texts_sha256: string;
        };
        FactView: {
            name: string;
            label: string;
            text: string;
        };
        ValidityView: {
            construct: string;
            norm: string;
            groups: string[];
            group_sizes: {
                [key: string]: components["schemas"]["GroupSizeView"][];
            };
            not_shown: string[];
            language: string;
            cues: string[];
            wordings: string[];
            templates: string[];
            n_personas: number;
            n_traits: number;
            n_ratings: number;
            equivalence_margin: number;
            generated_texts: components["schemas"]["GeneratedTextsView"] | null;
            manifest_hash: string;
            is_over: boolean;
            facts: components["schemas"]["FactView"][];
            cannot_be_concluded: string[];
        };
        StepView: {
            name: string;
            status: string;
            ok: boolean | null;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            duration_ms: number | null;
            error: string | null;
        };
        WarmUpView: {
            run_id: number;
            status: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            updated_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            duration_ms: number | null;
            current_step: string | null;
            had_errors: boolean;
            error: string | null;
            steps: components["schemas"]["StepView"][];
        };
        CompareCategoryBody: {
            run_ids: number[];
            /** @default null */
            trait_category: string | null;
        };
        RunIntensitiesView: {
            attributes: components["schemas"]["AttributeIntensityView"][];
            raw: number | null;
            calibrated: number | null;
            at_least: number | null;
            band: string | null;
            run_id: number;
            name: string;
            model: string;
        };
        ComparedIntensitiesView: {
            ok: boolean;
            runs: components["schemas"]["RunIntensitiesView"][];
        };
        CompareTwoBody: {
            run_ids: number[];
        };
        BiasPairView: {
            a: string;
            b: string;
            n_items: number;
            n_personas: number;
            ci_low: number | null;
            ci_high: number | null;
            detectable: number | null;
            holm: number | null;
            significant: boolean;
            n_personas_least: number;
            attribute: string;
            category: string;
            baseline: string;
            delta_a: number | null;
            delta_b: number | null;
            difference_of_deltas: number | null;
            p_value: number | null;
        };
        ComparedGroupsView: {
            ok: boolean;
            family: components["schemas"]["TestFamilyView"];
            rows: components["schemas"]["BiasPairView"][];
            not_shown: string[];
            margin: number;
        };
        SharedItemsBody: {
            run_ids: number[];
            /**
             * @default null
             * @enum {string|null}
             */
            outcome: "both_answered" | "one_refused" | "one_unanswered" | null;
            /** @default 0 */
            min_difference: number;
            /** @default null */
            trait_id: number | null;
            /**
             * @default null
             * @enum {string|null}
             */
            scale_order: "in" | "rev" | null;
            /** @default null */
            attribute: string | null;
            /** @default null */
            category: string | null;
            /** @default 50 */
            limit: number;
            /** @default 0 */
            offset: number;
        };
        SharedItemPairView: {
            a: components["schemas"]["BenchmarkItemView"];
            b: components["schemas"]["BenchmarkItemView"];
            difference: number | null;
        };
        SharedItemPage: {
            items: components["schemas"]["SharedItemPairView"][];
            total: number;
            limit: number;
            offset: number;
        };
        CompareBody: {
            run_ids: number[];
        };
        RunHistogramView: {
            run_id: number;
            model: string;
            n: number;
            hist: components["schemas"]["HistogramView"];
        };
        PooledView: {
            ok: boolean;
            n: number;
            runs: components["schemas"]["RunHistogramView"][];
            hist: components["schemas"]["HistogramView"];
            mean: number | null;
            median: number | null;
        };
        CompareModelsBody: {
            run_ids: number[];
            /** @default gender */
            attribute: string;
            /** @default null */
            category: string | null;
        };
        LabeledRunView: {
            run_id: number;
            model: string;
            n: number;
            label: string;
            name: string;
            state: string;
            is_over: boolean;
            counts: components["schemas"]["CountsView"];
            dataset_id: number;
            dataset_name: string;
        };
        SharedCountsView: {
            n_items: number;
            n_personas: number;
            n_traits: number;
            traits_left_out: number;
        };
        ManifestDifferenceView: {
            field: string;
            kind: string;
            values: unknown[];
        };
        McNemarView: {
            table: number[][];
            p_exact: number;
            p_chi2: number;
            p_chi2_corrected: number;
        };
        OutcomePairView: {
            a: string;
            b: string;
            n_items: number;
            n_personas: number;
            ci_low: number | null;
            ci_high: number | null;
            detectable: number | null;
            holm: number | null;
            significant: boolean;
            outcome: string;
            test: components["schemas"]["McNemarView"];
            share_a: number | null;
            share_b: number | null;
            difference: number | null;
            p_signflip_personas: number | null;
            holm_personas: number | null;
        };
        RatingPairView: {
            a: string;
            b: string;
            n_items: number;
            n_personas: number;
            ci_low: number | null;
            ci_high: number | null;
            detectable: number | null;
            holm: number | null;
            significant: boolean;
            mean: number | null;
            p_signflip_personas: number | null;
        };
        ComparedModelsView: {
            ok: boolean;
            runs: components["schemas"]["LabeledRunView"][];
            shared: components["schemas"]["SharedCountsView"];
            differences: components["schemas"]["ManifestDifferenceView"][];
            is_fair: boolean;
            margin: number;
            accepted: components["schemas"]["OutcomePairView"][];
            order_consistent: components["schemas"]["OutcomePairView"][];
            ratings: components["schemas"]["RatingPairView"][];
            bias: components["schemas"]["BiasPairView"][];
        };
        RunOrdersView: {
            run_id: number;
            model: string;
            n_pairs: number;
            n_personas: number;
            obe: number | null;
            obe_ci_low: number | null;
            obe_ci_high: number | null;
            rma: number | null;
            rma_mae: number | null;
            correlation: number | null;
            mae: number | null;
            within1_rate: number | null;
        };
        ComparedOrdersView: {
            ok: boolean;
            runs: components["schemas"]["RunOrdersView"][];
            averages: {
                [key: string]: number | null;
            };
        };
        SampleBenchmarkBody: {
            /**
             * @default en
             * @enum {string}
             */
            language: "en" | "de";
        };
        TraitView: {
            id: number;
            code: string;
            adjective: string;
            adjective_de: string | null;
            case_template: string | null;
            category: string | null;
            valence: number | null;
            is_active: boolean;
            readonly builtin: boolean;
            owner_id: number | null;
            /** @enum {string} */
            visibility: "private" | "team";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        TraitList: {
            items: components["schemas"]["TraitView"][];
            total: number;
            limit: number;
            offset: number;
        };
        TraitBody: {
            adjective: string;
            adjective_de?: string | null;
            case_template?: string | null;
            category?: string | null;
            valence?: number | null;
            is_active?: boolean;
            /** @enum {string} */
            visibility?: "private" | "team";
            code?: string | null;
        };
        TraitPatch: {
            adjective?: string;
            adjective_de?: string | null;
            case_template?: string | null;
            category?: string | null;
            valence?: number | null;
            is_active?: boolean;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        CategoryView: {
            category: string | null;
            count: number;
            active: number;
        };
        CategoryList: {
            items: components["schemas"]["CategoryView"][];
        };
        TraitForm: {
            /**
             * @default refuse
             * @enum {string}
             */
            faults: "refuse" | "skip";
            /**
             * @default team
             * @enum {string}
             */
            visibility: "private" | "team";
            /** Format: binary */
            file?: string;
        };
        TraitImportView: {
            inserted: number;
            updated: number;
            skipped: number;
            failed: number;
            errors: {
                [key: string]: string[];
            };
        };
        ChannelDeliveryView: {
            id: number;
            readonly message_id: unknown;
            cause: string;
            /** @enum {string} */
            phase: "raised" | "reminder" | "recovered" | "test";
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            title: string;
            /** @enum {string} */
            state: "queued" | "delivered" | "failed";
            sending: boolean;
            attempts: number;
            /** Format: date-time */
            next_at: string | null;
            status: number | null;
            detail: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        ChannelView: {
            id: number;
            /** @enum {string} */
            scope: "own" | "platform";
            /** @enum {string} */
            kind: "webhook" | "slack" | "email";
            name: string;
            hint: string;
            /** @enum {string} */
            lowest: "info" | "warning" | "critical";
            /** @enum {string} */
            language: "en" | "de";
            enabled: boolean;
            failures: number;
            is_failing: boolean;
            last_delivery: components["schemas"]["ChannelDeliveryView"] | null;
            secret: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        ChannelList: {
            items: components["schemas"]["ChannelView"][];
            mail_ready: boolean;
        };
        ChannelBody: {
            /**
             * @default own
             * @enum {string}
             */
            scope: "own" | "platform";
            /** @enum {string} */
            kind: "webhook" | "slack" | "email";
            name: string;
            target: string;
            /**
             * @default warning
             * @enum {string}
             */
            lowest: "info" | "warning" | "critical";
            /**
             * @default en
             * @enum {string}
             */
            language: "en" | "de";
        };
        ChannelPatch: {
            name?: string;
            target?: string;
            /** @enum {string} */
            lowest?: "info" | "warning" | "critical";
            /** @enum {string} */
            language?: "en" | "de";
            enabled?: boolean;
        };
        DeliveryPageView: {
            items: components["schemas"]["ChannelDeliveryView"][];
            next_after: number | null;
        };
        SystemSettings: {
            image_extension?: string | null;
            img_size?: number[] | null;
            batch_size?: number | null;
            sample_fraction?: number | null;
            validation_split?: number | null;
            seed?: number | null;
            use_imagenet_norm?: boolean | null;
        };
        PathsSettings: {
            base_path?: string | null;
            main_images_folder?: string | null;
            images_subfolder?: string | null;
            metadata_filename?: string | null;
        };
        ColumnsSettings: {
            patient_id?: string | null;
            target?: string | null;
            filename?: string | null;
        };
        ExperimentSettings: {
            num_classes?: number | null;
            validate_images_on_init?: boolean | null;
            pin_memory?: boolean | null;
            persistent_workers?: boolean | null;
            prefetch_factor?: number | null;
            seed?: number | null;
            test_split?: number | null;
            validation_split?: number | null;
            sample_fraction?: number | null;
            /** @enum {string|null} */
            class_weights?: "none" | "balanced" | null;
            /** @enum {string|null} */
            color_mode?: "auto" | "RGB" | "L" | null;
            img_size?: number[] | null;
            use_imagenet_norm?: boolean | null;
            augmentation_strength?: number | null;
            use_custom_preprocessing?: boolean | null;
            contrast_stretch?: boolean | null;
            lower_percentile?: number | null;
            upper_percentile?: number | null;
            adaptive_histogram?: boolean | null;
            clip_limit?: number | null;
            edge_enhancement?: boolean | null;
            edge_strength?: number | null;
            /** @enum {string|null} */
            network?: "mlp" | "cnn" | "resnet18" | "resnet34" | "resnet50" | "densenet121" | "densenet169" | null;
            hidden_sizes?: number[] | null;
            batch_norm?: boolean | null;
            dropout_rate?: number | null;
            freeze_backbone?: boolean | null;
            fine_tune_layers_count?: number | null;
            epochs?: number | null;
            batch_size?: number | null;
            learning_rate?: number | null;
            weight_decay?: number | null;
            /** @enum {string|null} */
            loss?: "cross_entropy" | "focal" | null;
            label_smoothing?: number | null;
            focal_alpha?: number | null;
            focal_gamma?: number | null;
            gradient_clip_val?: number | null;
            accumulate_grad_batches?: number | null;
            /** @enum {string|null} */
            monitor_metric?: "val_loss" | "val_acc" | "val_precision" | "val_recall" | "val_f1" | "val_auroc" | null;
            early_stopping_patience?: number | null;
            early_stopping_min_delta?: number | null;
            /** @enum {string|null} */
            lr_scheduler?: "cosine" | "plateau" | "none" | null;
            reduce_lr_patience?: number | null;
            reduce_lr_factor?: number | null;
            min_lr?: number | null;
            save_top_k?: number | null;
            num_rounds?: number | null;
            num_clients?: number | null;
            clients_per_round?: number | null;
            local_epochs?: number | null;
            /** @enum {string|null} */
            partitioner?: "equal" | "dirichlet" | "column" | null;
            dirichlet_alpha?: number | null;
            partition_column?: string | null;
            min_client_rows?: number | null;
            quorum?: number | null;
            quorum_patience?: number | null;
            round_deadline_seconds?: number | null;
            only_client?: string | null;
            /** @enum {string|null} */
            keep_round_models?: "all" | "best" | "none" | null;
            evaluate_locally?: boolean | null;
            /** @enum {string|null} */
            contribution?: "off" | "every_round" | null;
            /** @enum {string|null} */
            strategy?: "fedavg" | "fedprox" | "fedadam" | "fedyogi" | "fedavgm" | "fedmedian" | "krum" | "trimmed_mean" | null;
            proximal_mu?: number | null;
            server_learning_rate?: number | null;
            server_momentum?: number | null;
            beta_1?: number | null;
            beta_2?: number | null;
            tau?: number | null;
            num_malicious_clients?: number | null;
            trim_fraction?: number | null;
            /** @enum {string|null} */
            device?: "auto" | "cpu" | "cuda" | null;
            torch_threads?: number | null;
            num_workers?: number | null;
            batch_sample_interval?: number | null;
            gradient_sample_interval?: number | null;
        };
        OutputSettings: {
            checkpoint_dir?: string | null;
            log_dir?: string | null;
            results_dir?: string | null;
        };
        LoggingSettings: {
            /** @enum {string|null} */
            level?: "DEBUG" | "INFO" | "WARNING" | "ERROR" | null;
            format?: string | null;
            file_logging?: boolean | null;
        };
        Configuration: {
            system?: components["schemas"]["SystemSettings"];
            paths?: components["schemas"]["PathsSettings"];
            columns?: components["schemas"]["ColumnsSettings"];
            experiment?: components["schemas"]["ExperimentSettings"];
            output?: components["schemas"]["OutputSettings"];
            logging?: components["schemas"]["LoggingSettings"];
        };
        CurrentConfigView: {
            config: components["schemas"]["Configuration"];
            config_path: string;
        };
        ConfigUpdateView: {
            message: string;
            updated_fields: number;
            fields: string[];
            verified_values: {
                [key: string]: unknown;
            };
            config_path: string;
        };
        PropertyView: {
            site: string;
            usable: boolean;
            permission: string;
        };
        RefreshResultView: {
            site?: string;
            requested_from?: string;
            requested_to?: string;
            rows?: number;
            new_days?: number;
            changed_days?: number;
            days?: number;
            first_day?: string | null;
            last_day?: string | null;
            provisional_from?: string | null;
            message?: string | null;
            expires_at?: string;
            sites?: number;
            usable_sites?: number;
        };
        ConnectionOutcomeView: {
            at: string;
            /** @enum {string} */
            outcome: "success" | "failed";
            code: string | null;
            detail: string | null;
            advice: string | null;
            retry_after: number | null;
            result: components["schemas"]["RefreshResultView"] | null;
        };
        ConnectionView: {
            id: number;
            owner_id: number;
            /** @enum {string} */
            platform: "gsc" | "bing";
            name: string;
            /** @enum {string} */
            state: "active" | "needs_sign_in" | "archived";
            site: string | null;
            sites: components["schemas"]["PropertyView"][];
            scopes: string[];
            /** Format: date-time */
            expires_at: string | null;
            last_check: components["schemas"]["ConnectionOutcomeView"] | null;
            last_refresh: components["schemas"]["ConnectionOutcomeView"] | null;
            refreshing: boolean;
            checking: boolean;
            /** Format: date-time */
            created_at: string;
        };
        PlatformView: {
            /** @enum {string} */
            platform: "gsc" | "bing";
            name: string;
            missing_settings: string[];
            redirect_uri: string;
        };
        ConnectionList: {
            items: components["schemas"]["ConnectionView"][];
            platforms: components["schemas"]["PlatformView"][];
        };
        ConnectBody: {
            /** @enum {string} */
            platform: "gsc" | "bing";
            /** @default null */
            connection_id: number | null;
        };
        SignInView: {
            authorize_url: string;
            /** Format: date-time */
            expires_at: string;
        };
        ConnectionPatch: {
            site: string;
        };
        ConnectionDayView: {
            /** Format: date */
            day: string;
            clicks: number;
            impressions: number;
            ctr: number | null;
            position: number | null;
            provisional: boolean;
        };
        ConnectionSeriesView: {
            site: string | null;
            days: components["schemas"]["ConnectionDayView"][];
        };
        CallbackBody: {
            state: string;
            /** @default null */
            code: string | null;
            /** @default null */
            error: string | null;
        };
        DatasetView: {
            id: number;
            slug: string | null;
            name: string;
            /** @enum {string} */
            kind: "table" | "images";
            readonly builtin: boolean;
            owner_id: number | null;
            /** @enum {string} */
            visibility: "private" | "team";
            num_rows: number;
            num_patients: number;
            num_features: number;
            image_shape: number[] | null;
            classes: string[];
            class_distribution: {
                [key: string]: number;
            };
            columns: string[];
            grey_bits: number | null;
            notes: string[];
            size_bytes: number;
            sha256: string;
            /** Format: date-time */
            created_at: string;
        };
        DatasetList: {
            items: components["schemas"]["DatasetView"][];
            total: number;
            limit: number;
            offset: number;
        };
        UploadForm: {
            /** @enum {string} */
            kind: "table" | "images";
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /** @default null */
            upload_id: string | null;
            /** @default null */
            csv_filename: string | null;
            /**
             * @description Empty where no column is of patients, whatever it is called.
             * @default null
             */
            patient_column: string | null;
            /** @default null */
            target_column: string | null;
            /** @default null */
            filename_column: string | null;
            /** @default () */
            text_columns: string;
            /** @default () */
            ignored_columns: string;
            /**
             * @default refuse
             * @enum {string}
             */
            duplicate_rows: "refuse" | "keep";
            /**
             * @default refuse
             * @enum {string}
             */
            missing_rows: "refuse" | "drop" | "keep";
            /** @default () */
            category_columns: string;
            missing_features?: string;
            censored?: string;
            /**
             * @default null
             * @enum {string|null}
             */
            decimal: "." | "," | null;
            /** @default () */
            class_limits: string;
            /** Format: binary */
            file?: string;
        };
        ColumnView: {
            name: string;
            /** @enum {string} */
            type: "number" | "boolean" | "text";
            /** @enum {string} */
            role: "target" | "patient" | "feature" | "site" | "filename" | "ignored";
            missing: number;
            distinct: number;
            low: number | null;
            high: number | null;
            values: string[];
            counts?: number[];
            censored?: number;
            is_category?: boolean;
            /** @enum {string|null} */
            missing_choice?: "refuse" | "median" | "mode" | "drop_rows" | "drop_column" | null;
            /** @enum {string|null} */
            censored_choice?: "refuse" | "limit" | "half" | "missing" | null;
        };
        DatasetDetailView: {
            id: number;
            slug: string | null;
            name: string;
            /** @enum {string} */
            kind: "table" | "images";
            readonly builtin: boolean;
            owner_id: number | null;
            /** @enum {string} */
            visibility: "private" | "team";
            num_rows: number;
            num_patients: number;
            num_features: number;
            image_shape: number[] | null;
            classes: string[];
            class_distribution: {
                [key: string]: number;
            };
            columns: string[];
            grey_bits: number | null;
            notes: string[];
            size_bytes: number;
            sha256: string;
            /** Format: date-time */
            created_at: string;
            column_schema: components["schemas"]["ColumnView"][];
            readonly has_source: boolean;
            readonly reading: Record<string, never>;
        };
        DatasetPatch: {
            name?: string;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        ColumnsBody: {
            /**
             * @description Empty where no column is of patients, whatever it is called.
             * @default null
             */
            patient_column: string | null;
            /** @default null */
            target_column: string | null;
            text_columns?: string[];
            ignored_columns?: string[];
            category_columns?: string[];
            missing_features?: {
                [key: string]: "refuse" | "median" | "mode" | "drop_rows" | "drop_column";
            };
            censored?: {
                [key: string]: "refuse" | "limit" | "half" | "missing";
            };
            /**
             * @default null
             * @enum {string|null}
             */
            decimal: "." | "," | null;
            class_limits?: number[];
            /**
             * @default refuse
             * @enum {string}
             */
            duplicate_rows: "refuse" | "keep";
            /**
             * @default refuse
             * @enum {string}
             */
            missing_rows: "refuse" | "drop" | "keep";
        };
        PreviewForm: {
            /** @enum {string} */
            kind: "table" | "images";
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /** @default null */
            upload_id: string | null;
            /** @default null */
            csv_filename: string | null;
            /**
             * @description Empty where no column is of patients, whatever it is called.
             * @default null
             */
            patient_column: string | null;
            /** @default null */
            target_column: string | null;
            /** @default null */
            filename_column: string | null;
            /** @default () */
            text_columns: string;
            /** @default () */
            ignored_columns: string;
            /**
             * @default refuse
             * @enum {string}
             */
            duplicate_rows: "refuse" | "keep";
            /**
             * @default refuse
             * @enum {string}
             */
            missing_rows: "refuse" | "drop" | "keep";
            /** @default () */
            category_columns: string;
            missing_features?: string;
            censored?: string;
            /**
             * @default null
             * @enum {string|null}
             */
            decimal: "." | "," | null;
            /** @default () */
            class_limits: string;
            /** Format: binary */
            file?: string;
        };
        PreviewView: {
            /** @enum {string} */
            kind: "table" | "images";
            num_rows: number;
            column_schema: components["schemas"]["ColumnView"][];
            notes: string[];
        };
        EventView: {
            topic: string;
            seq: number;
            type: string;
            at: string;
            data: {
                [key: string]: unknown;
            };
        };
        EventPage: {
            events: components["schemas"]["EventView"][];
            last_seq: number;
            oldest_seq: number;
            more: boolean;
        };
        TrainingSettings: {
            seed?: number | null;
            test_split?: number | null;
            validation_split?: number | null;
            sample_fraction?: number | null;
            /** @enum {string|null} */
            class_weights?: "none" | "balanced" | null;
            /** @enum {string|null} */
            color_mode?: "auto" | "RGB" | "L" | null;
            img_size?: number[] | null;
            use_imagenet_norm?: boolean | null;
            augmentation_strength?: number | null;
            use_custom_preprocessing?: boolean | null;
            contrast_stretch?: boolean | null;
            lower_percentile?: number | null;
            upper_percentile?: number | null;
            adaptive_histogram?: boolean | null;
            clip_limit?: number | null;
            edge_enhancement?: boolean | null;
            edge_strength?: number | null;
            /** @enum {string|null} */
            network?: "mlp" | "cnn" | "resnet18" | "resnet34" | "resnet50" | "densenet121" | "densenet169" | null;
            hidden_sizes?: number[] | null;
            batch_norm?: boolean | null;
            dropout_rate?: number | null;
            freeze_backbone?: boolean | null;
            fine_tune_layers_count?: number | null;
            epochs?: number | null;
            batch_size?: number | null;
            learning_rate?: number | null;
            weight_decay?: number | null;
            /** @enum {string|null} */
            loss?: "cross_entropy" | "focal" | null;
            label_smoothing?: number | null;
            focal_alpha?: number | null;
            focal_gamma?: number | null;
            gradient_clip_val?: number | null;
            accumulate_grad_batches?: number | null;
            /** @enum {string|null} */
            monitor_metric?: "val_loss" | "val_acc" | "val_precision" | "val_recall" | "val_f1" | "val_auroc" | null;
            early_stopping_patience?: number | null;
            early_stopping_min_delta?: number | null;
            /** @enum {string|null} */
            lr_scheduler?: "cosine" | "plateau" | "none" | null;
            reduce_lr_patience?: number | null;
            reduce_lr_factor?: number | null;
            min_lr?: number | null;
            save_top_k?: number | null;
            num_rounds?: number | null;
            num_clients?: number | null;
            clients_per_round?: number | null;
            local_epochs?: number | null;
            /** @enum {string|null} */
            partitioner?: "equal" | "dirichlet" | "column" | null;
            dirichlet_alpha?: number | null;
            partition_column?: string | null;
            min_client_rows?: number | null;
            quorum?: number | null;
            quorum_patience?: number | null;
            round_deadline_seconds?: number | null;
            only_client?: string | null;
            /** @enum {string|null} */
            keep_round_models?: "all" | "best" | "none" | null;
            evaluate_locally?: boolean | null;
            /** @enum {string|null} */
            contribution?: "off" | "every_round" | null;
            /** @enum {string|null} */
            strategy?: "fedavg" | "fedprox" | "fedadam" | "fedyogi" | "fedavgm" | "fedmedian" | "krum" | "trimmed_mean" | null;
            proximal_mu?: number | null;
            server_learning_rate?: number | null;
            server_momentum?: number | null;
            beta_1?: number | null;
            beta_2?: number | null;
            tau?: number | null;
            num_malicious_clients?: number | null;
            trim_fraction?: number | null;
            /** @enum {string|null} */
            device?: "auto" | "cpu" | "cuda" | null;
            torch_threads?: number | null;
            num_workers?: number | null;
            batch_sample_interval?: number | null;
            gradient_sample_interval?: number | null;
        } & {
            [key: string]: unknown;
        };
        CentralizedBody: {
            dataset: number | string;
            pretrained?: number | null;
            run_description?: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            config?: components["schemas"]["TrainingSettings"];
            /** @default pneumonia_centralized */
            experiment_name: string;
            /** @default results/centralized/checkpoints */
            checkpoint_dir: string;
            /** @default results/centralized/logs */
            logs_dir: string;
        };
        CentralizedForm: {
            /** Format: binary */
            readonly data_zip?: string;
            csv_filename?: string;
            patient_column?: string;
            target_column?: string;
            filename_column?: string;
            dataset_name?: string;
            pretrained?: number;
            run_description?: string;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            config?: string;
            /** @default pneumonia_centralized */
            experiment_name: string;
            /** @default results/centralized/checkpoints */
            checkpoint_dir: string;
            /** @default results/centralized/logs */
            logs_dir: string;
        };
        StartedCentralized: {
            run_id: number;
            message: string;
            experiment_name: string;
            /** @enum {string} */
            status: "queued";
            checkpoint_dir: string;
            logs_dir: string;
        };
        TimeEstimateView: {
            seconds: number | null;
            runs: number;
        };
        SkewBody: {
            dataset: number | string;
            config?: components["schemas"]["TrainingSettings"];
        };
        SiteSkewView: {
            client: string;
            rows: number;
            patients: number;
            class_counts: number[];
            share: number;
            distance: number;
        };
        SkewView: {
            classes: string[];
            sites: components["schemas"]["SiteSkewView"][];
            size_gini: number;
            mean_distance: number;
        };
        FederatedBody: {
            /** @default null */
            dataset: number | string | null;
            pretrained?: number | null;
            run_description?: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            config?: components["schemas"]["TrainingSettings"];
            /** @default pneumonia_federated */
            experiment_name: string;
            num_server_rounds?: number;
            federation?: number | null;
        };
        FederatedForm: {
            /** Format: binary */
            readonly data_zip?: string;
            csv_filename?: string;
            patient_column?: string;
            target_column?: string;
            filename_column?: string;
            dataset_name?: string;
            pretrained?: number;
            run_description?: string;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            config?: string;
            /** @default pneumonia_federated */
            experiment_name: string;
            num_server_rounds?: number;
        };
        StartedFederated: {
            run_id: number;
            message: string;
            experiment_name: string;
            /** @enum {string} */
            status: "queued";
            num_server_rounds: number;
        };
        ExperimentView: {
            experiment_id: string;
            experiment_name: string;
            /** @enum {string} */
            status: "started" | "running" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            progress: number;
            current_epoch: number;
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string | null;
        };
        ExperimentListView: {
            experiments: components["schemas"]["ExperimentView"][];
            count: number;
        };
        GroupView: {
            name: string;
            title: string;
        };
        FieldView: {
            name: string;
            group: string;
            /** @enum {string} */
            type: "integer" | "number" | "boolean" | "choice" | "text" | "size" | "sizes";
            label: string;
            help: string;
            default: unknown;
            minimum?: number;
            maximum?: number;
            choices?: string[];
            modes: ("centralized" | "federated")[];
            advanced: boolean;
            nullable: boolean;
        };
        PresetView: {
            name: string;
            title: string;
            description: string;
            /** @enum {string} */
            mode: "centralized" | "federated";
            dataset: string;
            config: components["schemas"]["TrainingSettings"];
        };
        FormSchemaView: {
            groups: components["schemas"]["GroupView"][];
            fields: components["schemas"]["FieldView"][];
            presets: components["schemas"]["PresetView"][];
        };
        ExperimentStatusView: {
            experiment_id: string;
            experiment_name: string;
            /** @enum {string} */
            status: "started" | "running" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            progress: number;
            current_epoch: number;
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string | null;
            total_epochs: number;
            latest_metrics: {
                [key: string]: number | null;
            };
            total_events: number;
        };
        DataCheckView: {
            ok: boolean;
            kind: string | null;
            rows: number | null;
            patients: number | null;
            features: number | null;
            classes: {
                [key: string]: number;
            };
            sha256: string | null;
            message: string | null;
            checked_at: string | null;
        };
        SiteView: {
            id: number;
            name: string;
            /** @enum {string} */
            state: "invited" | "enrolled" | "expired" | "revoked" | "lapsed";
            online: boolean;
            fingerprint: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            enrolled_at: string | null;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            token_expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /** Format: date-time */
            last_seen_at: string | null;
            versions: {
                [key: string]: string;
            } | null;
            data_check: components["schemas"]["DataCheckView"] | null;
            last_error: string | null;
            /** Format: date-time */
            last_error_at: string | null;
            warnings: string[];
        };
        FederationView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            host: string;
            port: number;
            address: string;
            ca_certificate: string;
            /** @enum {string} */
            wanted: "running" | "stopped";
            /** @enum {string} */
            state: "starting" | "running" | "stopped" | "failed";
            problem: string | null;
            /** Format: date-time */
            seen_at: string | null;
            /** Format: date-time */
            created_at: string;
            sites: components["schemas"]["SiteView"][];
            sites_enrolled: number;
            sites_online: number;
        };
        FederationList: {
            items: components["schemas"]["FederationView"][];
            total: number;
            limit: number;
            offset: number;
        };
        NewFederation: {
            name: string;
            host?: string;
            port?: number | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
        };
        FederationChanges: {
            name?: string;
            host?: string;
            port?: number;
            /** @enum {string} */
            visibility?: "private" | "team";
        };
        NewSite: {
            name: string;
            public_key?: string | null;
            expires_in_days?: number | null;
        };
        EnrolmentView: {
            site: components["schemas"]["SiteView"];
            token: string | null;
            join_url: string;
        };
        SiteChanges: {
            expires_in_days: number | null;
        };
        JoinBody: {
            token: string;
            public_key: string;
        };
        JoinedView: {
            federation: string;
            site: string;
            address: string;
            ca_certificate: string;
            /** Format: date-time */
            expires_at: string | null;
        };
        FlagView: {
            name: string;
            about: string;
            percent: number;
            reason: string;
            /** Format: date-time */
            changed_at: string | null;
            changed_by: string | null;
        };
        FlagList: {
            items: components["schemas"]["FlagView"][];
        };
        FlagPatch: {
            percent: number;
            reason: string;
        };
        FlagsOff: {
            items: string[];
        };
        ActionView: {
            label: string;
            href: string | null;
            method: string | null;
            url: string | null;
        };
        NeedView: {
            /** @enum {string} */
            kind: "failed" | "lost" | "late" | "no_worker";
            about: string | null;
            title: string;
            detail: string;
            advice: string | null;
            href: string | null;
            acknowledge: string | null;
            run_id: number | null;
            incident_id: number | null;
            /** Format: date-time */
            at: string | null;
            action: components["schemas"]["ActionView"] | null;
        };
        JobView: {
            id: number;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost";
            attempt: number;
            progress: number;
            message: string | null;
            message_code: string | null;
            message_params: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            heartbeat_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            error: string | null;
            error_type: string | null;
            checkpoint_step: number | null;
        };
        SparklineView: {
            name: string;
            values: (number | null)[];
        };
        RunCardView: {
            id: number;
            name: string;
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            /** @enum {string} */
            origin: "trained" | "logged" | "imported";
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            job: components["schemas"]["JobView"] | null;
            sparkline: components["schemas"]["SparklineView"] | null;
            eta_seconds: number | null;
            last_log: string | null;
            study_id: number | null;
        };
        HeadlineView: {
            metric: string;
            value: number;
            /** @enum {string} */
            measured_on: "test" | "validation" | "site_validation" | "reported";
            num_rows: number | null;
        };
        RecentRunView: {
            id: number;
            name: string;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            /** @enum {string|null} */
            job_state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | null;
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string | null;
            duration_seconds: number | null;
            best_accuracy: number | null;
            headline: components["schemas"]["HeadlineView"] | null;
            study_id: number | null;
        };
        ArmMeanView: {
            /** @enum {string} */
            arm: "central" | "federated" | "local";
            n: number;
            mean: number;
        };
        StudyRowView: {
            id: number;
            name: string;
            metric: string;
            run_ids: number[];
            statuses: {
                [key: string]: number;
            };
            means: components["schemas"]["ArmMeanView"][];
        };
        HomeView: {
            needs_you: components["schemas"]["NeedView"][];
            running: components["schemas"]["RunCardView"][];
            recent: components["schemas"]["RecentRunView"][];
            studies: components["schemas"]["StudyRowView"][] | null;
        };
        IncidentPersonView: {
            id: number;
            name: string;
        };
        IncidentView: {
            id: number;
            kind: string;
            about: string | null;
            /** @enum {string} */
            code: "rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal";
            type: string;
            frame: string | null;
            words: string;
            site: string | null;
            detail: string;
            advice: string;
            /** @enum {string} */
            state: "open" | "acknowledged" | "snoozed" | "fixed";
            /** Format: date-time */
            state_at: string | null;
            state_by: components["schemas"]["IncidentPersonView"] | null;
            /** Format: date-time */
            snooze_until: string | null;
            snooze_count: number | null;
            fixed_note: string | null;
            /** Format: date-time */
            regressed_at: string | null;
            owner: components["schemas"]["IncidentPersonView"] | null;
            assignee: components["schemas"]["IncidentPersonView"] | null;
            /** Format: date-time */
            first_seen: string;
            /** Format: date-time */
            last_seen: string;
            count: number;
            trend: number[];
            can_retry: boolean;
        };
        IncidentCountsView: {
            open: number;
            acknowledged: number;
            snoozed: number;
            fixed: number;
        };
        IncidentPageView: {
            items: components["schemas"]["IncidentView"][];
            next_after: string | null;
            counts: components["schemas"]["IncidentCountsView"];
        };
        IncidentPartView: {
            cause: string;
            subject: string;
            kind: string;
            type: string;
            words: string;
            count: number;
        };
        IncidentNoteView: {
            id: number;
            author: components["schemas"]["IncidentPersonView"] | null;
            /** Format: date-time */
            at: string;
            text: string;
        };
        IncidentDetailView: {
            incident: components["schemas"]["IncidentView"];
            why: string[];
            parts: components["schemas"]["IncidentPartView"][];
            notes: components["schemas"]["IncidentNoteView"][];
        };
        AssignBody: {
            user_id: number | null;
        };
        OccurrenceView: {
            id: number;
            job_id: number;
            attempt: number;
            subject: string;
            kind: string;
            detail: string;
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            recovered_at: string | null;
            name: string | null;
            href: string | null;
            /** @enum {string|null} */
            now: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | null;
        };
        OccurrencePageView: {
            items: components["schemas"]["OccurrenceView"][];
            next_after: string | null;
        };
        FixedBody: {
            /** @default  */
            what: string;
        };
        MergeBody: {
            incident_ids: number[];
        };
        NoteBody: {
            text: string;
        };
        IncidentRetryBody: {
            /** @default false */
            dry_run: boolean;
        };
        NotRetriedView: {
            subject: string;
            reason: string;
        };
        RetriedView: {
            dry_run: boolean;
            matching: number;
            retried: number;
            left_out: components["schemas"]["NotRetriedView"][];
            left: number;
        };
        SnoozeBody: {
            /**
             * Format: date-time
             * @default null
             */
            until: string | null;
            /** @default null */
            more: number | null;
        };
        SplitBody: {
            cause?: string;
            subject?: string;
        };
        SplitIncidentView: {
            id: number;
        };
        IncidentFilterBody: {
            /** @enum {string} */
            state?: "open" | "acknowledged" | "snoozed" | "fixed";
            kind?: string;
            /** @enum {string} */
            code?: "rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal";
            assignee_id?: number;
            q?: string;
            /** @default false */
            mine: boolean;
        };
        IncidentBulkBody: {
            /** @enum {string} */
            action: "acknowledge" | "snooze" | "fixed" | "reopen" | "retry";
            filter?: components["schemas"]["IncidentFilterBody"];
            /** @default null */
            ids: number[] | null;
            /**
             * Format: date-time
             * @default null
             */
            until: string | null;
            /** @default null */
            more: number | null;
            /** @default  */
            what: string;
            /** @default false */
            dry_run: boolean;
        };
        IncidentBulkView: {
            dry_run: boolean;
            matching: number;
            changed: number;
            retried: components["schemas"]["RetriedView"] | null;
        };
        JobOwnerView: {
            id: number;
            name: string;
        };
        JobOriginView: {
            execution_id: number;
            schedule_id: number;
            schedule_name: string;
            /** @enum {string} */
            source: "schedule" | "manual" | "backfill" | "retry" | "direct";
            number: number;
        };
        JobWaitView: {
            code: string;
            detail: string;
            params: {
                [key: string]: unknown;
            };
        };
        JobRowView: {
            id: number;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost";
            kind: string;
            queue: string;
            subject: string;
            name: string | null;
            href: string | null;
            owner: components["schemas"]["JobOwnerView"] | null;
            origin: components["schemas"]["JobOriginView"] | null;
            attempt: number;
            deaths: number;
            progress: number;
            message: string | null;
            worker: string | null;
            /** @enum {string|null} */
            error_code: "rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal" | null;
            error: string | null;
            wait: components["schemas"]["JobWaitView"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            can_cancel: boolean;
            can_retry: boolean;
        };
        WaitingExecutionView: {
            execution_id: number;
            schedule_id: number;
            schedule_name: string;
            kind: string;
            source: string;
            owner: components["schemas"]["JobOwnerView"];
            /** Format: date-time */
            created_at: string;
            waits_for: string;
        };
        JobCountsView: {
            queued: number;
            starting: number;
            running: number;
            stopping: number;
            succeeded: number;
            failed: number;
            cancelled: number;
            lost: number;
        };
        JobPageView: {
            items: components["schemas"]["JobRowView"][];
            waiting: components["schemas"]["WaitingExecutionView"][];
            next: number | null;
            counts: components["schemas"]["JobCountsView"];
            count_limit: number;
        };
        JobAttemptView: {
            number: number;
            job_id: number | null;
            state: string;
            error_code: string | null;
            error: string | null;
            worker: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
        };
        JobMomentView: {
            /** @enum {string} */
            what: "queued" | "started" | "stop_requested" | "finished" | "acknowledged";
            /** Format: date-time */
            at: string;
        };
        JobLineView: {
            /** Format: date-time */
            at: string;
            level: string;
            message: string;
        };
        JobDetailView: {
            job: components["schemas"]["JobRowView"];
            attempts: components["schemas"]["JobAttemptView"][];
            timeline: components["schemas"]["JobMomentView"][];
            params: {
                [key: string]: unknown;
            } | null;
            log: components["schemas"]["JobLineView"][];
        };
        JobFilterBody: {
            subject?: string;
            owner_id?: number;
            schedule_id?: number;
            worker?: string;
            q?: string;
            /** Format: date-time */
            since?: string;
            /** Format: date-time */
            until?: string;
            state?: ("queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost")[];
            kind?: string[];
            queue?: string[];
            source?: ("schedule" | "manual" | "backfill" | "retry" | "direct")[];
            error_code?: ("rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal")[];
        };
        JobOrderBody: {
            /** @default null */
            ids: number[] | null;
            /** @default true */
            dry_run: boolean;
            /** @enum {string} */
            action: "cancel" | "retry";
            filter?: components["schemas"]["JobFilterBody"];
        };
        LeftAloneView: {
            id: number;
            reason: string;
        };
        JobBulkView: {
            action: string;
            dry_run: boolean;
            matched: number;
            changed: number[];
            left_alone: components["schemas"]["LeftAloneView"][];
            num_left_alone: number;
            undo: {
                [key: string]: unknown;
            } | null;
        };
        JobSuggestionView: {
            value: string;
            label: string;
        };
        JobSuggestionsView: {
            items: components["schemas"]["JobSuggestionView"][];
        };
        TokenTasksView: {
            success: boolean;
            created: number;
            schedule_ids: number[];
        };
        TokenLogView: {
            id: number;
            task_id: number;
            platform: string;
            /** @enum {string} */
            kind: "token.check" | "dataset.refresh";
            /** Format: date-time */
            execution_date: string;
            /** @enum {string} */
            status: "success" | "failed";
            error_code: string | null;
            error_message: string | null;
            execution_time_ms: number;
            result_data: components["schemas"]["RefreshResultView"] | null;
            /** Format: date-time */
            created_at: string;
        };
        TokenLogList: {
            success: boolean;
            logs: components["schemas"]["TokenLogView"][];
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
        };
        TokenChecksView: {
            success: boolean;
            message: string;
            connection_ids: number[];
        };
        TokenStatusView: {
            connection_id: number;
            platform: string;
            site_url: string | null;
            connected: boolean;
            status: string;
            /** Format: date-time */
            expires_at: string | null;
            last_check: string | null;
            failure_reason: string | null;
            error_code: string | null;
        };
        TokenStatusList: {
            success: boolean;
            user_id: string;
            tokens: components["schemas"]["TokenStatusView"][];
            total: number;
        };
        ChartsChoice: {
            groups?: {
                [key: string]: string;
            };
            titles?: {
                [key: string]: string;
            };
            pinned?: string[];
        };
        PreferencesView: {
            runs_columns: string[] | null;
            group_studies: boolean | null;
            charts: components["schemas"]["ChartsChoice"] | null;
        };
        PreferencesBody: {
            runs_columns?: string[] | null;
            group_studies?: boolean | null;
            charts?: components["schemas"]["ChartsChoice"] | null;
        };
        LoggedRunBody: {
            name: string;
            /**
             * @default centralized
             * @enum {string}
             */
            training_mode: "centralized" | "federated";
            /**
             * @default other
             * @enum {string}
             */
            task: "classification" | "forecasting" | "other";
            params?: {
                [key: string]: string | number | boolean | null;
            };
            tags?: {
                [key: string]: string | null;
            };
            /** @default null */
            run_description: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /**
             * Format: date-time
             * @default null
             */
            start_time: string | null;
            /** @default 10 */
            heartbeat_seconds: number | null;
        };
        LoggedRunView: {
            id: number;
            name: string;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            url: string;
        };
        RunTimesView: {
            waiting_seconds: number;
            running_seconds: number;
            stopped_seconds: number;
            /** @enum {string} */
            phase: "waiting" | "running" | "ended";
            /** Format: date-time */
            as_of: string;
        };
        OwnerView: {
            id: number;
            name: string;
        };
        DatasetReference: {
            id: number;
            name: string;
            slug: string | null;
        };
        WeightsReference: {
            id: number;
            name: string;
        };
        ResultView: {
            value: number | null;
            /** @enum {string} */
            measured_on: "test" | "validation" | "site_validation" | "reported";
            num_rows: number | null;
            step: number | null;
        };
        BestStepView: {
            step: number;
            metric: string;
            value: number | null;
        };
        Permissions: {
            can_edit: boolean;
        };
        FederationReference: {
            id: number;
            name: string;
        };
        RunDetailView: {
            id: number;
            name: string;
            run_description: string | null;
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string | null;
            times: components["schemas"]["RunTimesView"];
            owner: components["schemas"]["OwnerView"];
            /** @enum {string} */
            visibility: "private" | "team";
            dataset: components["schemas"]["DatasetReference"] | null;
            pretrained: components["schemas"]["WeightsReference"] | null;
            seed: number | null;
            /** @enum {string} */
            task: "classification" | "forecasting" | "other";
            results: {
                [key: string]: components["schemas"]["ResultView"];
            };
            /** @enum {string|null} */
            evaluated_on: "held_out_rows" | "site_validation" | null;
            diverged_at: number | null;
            config: components["schemas"]["TrainingSettings"];
            source_path: string | null;
            job: components["schemas"]["JobView"] | null;
            best: components["schemas"]["BestStepView"] | null;
            num_clients: number;
            total_steps: number | null;
            permissions: components["schemas"]["Permissions"];
            federation: components["schemas"]["FederationReference"] | null;
            manifest: {
                [key: string]: unknown;
            } | null;
            /** @enum {string} */
            origin: "trained" | "logged" | "imported";
            /** @description The run's name at Weights & Biases, where it has one. */
            wandb_id: string | null;
            notes: string | null;
            /** Format: date-time */
            archived_at: string | null;
            params: {
                [key: string]: string;
            };
            tags: {
                [key: string]: string;
            };
            reveals_private_data: boolean;
        };
        ResultBody: {
            metrics: {
                [key: string]: number | null;
            };
            /**
             * @default reported
             * @enum {string}
             */
            measured_on: "test" | "validation" | "site_validation" | "reported";
            /** @default null */
            num_rows: number | null;
        };
        RunChangesBody: {
            name?: string;
            run_description?: string | null;
            /** @enum {string} */
            visibility?: "private" | "team";
            notes?: string | null;
            tags?: {
                [key: string]: string | null;
            };
            /** @enum {string} */
            status?: "in_progress" | "completed" | "failed" | "cancelled";
            /** Format: date-time */
            end_time?: string;
            params?: {
                [key: string]: string | number | boolean | null;
            };
            reason?: string;
            result?: components["schemas"]["ResultBody"];
        };
        RunStateView: {
            run_id: number;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            job: components["schemas"]["JobView"] | null;
        };
        ArtifactView: {
            id: number;
            name: string;
            kind: string;
            step: number | null;
            size_bytes: number;
            sha256: string;
            /** Format: date-time */
            created_at: string;
        };
        ArtifactListView: {
            items: components["schemas"]["ArtifactView"][];
        };
        FileForm: {
            /** @default null */
            name: string | null;
            /** @default file */
            kind: string;
            /** @default null */
            step: number | null;
            /** Format: binary */
            file: string;
        };
        ClientBest: {
            best_val_accuracy: number | null;
            best_val_precision: number | null;
            best_val_recall: number | null;
            best_val_f1: number | null;
            best_val_auroc: number | null;
            lowest_val_loss: number | null;
        };
        ClientHistory: {
            client_id: number;
            client_identifier: string;
            total_steps: number;
            training_history: {
                [key: string]: number;
            }[];
            best_metrics: components["schemas"]["ClientBest"];
        };
        ClientMetricsView: {
            run_id: number;
            is_federated: boolean;
            num_clients: number;
            clients: components["schemas"]["ClientHistory"][];
            aggregated_metrics: {
                [key: string]: number;
            }[];
        };
        PartBody: {
            client: string;
            round: number;
            /**
             * @default completed
             * @enum {string}
             */
            status: "completed" | "refused" | "failed";
            /** @default 0 */
            num_samples: number;
            /** @default 0 */
            seconds: number;
            metrics?: {
                [key: string]: number | null;
            };
            /** @default null */
            reason: string | null;
        };
        PartsBody: {
            rounds: components["schemas"]["PartBody"][];
        };
        StoredView: {
            stored: number;
        };
        ContributionView: {
            client: string;
            weight: number | null;
            leave_one_out: number | null;
        };
        RoundContributionsView: {
            round: number;
            sites: components["schemas"]["ContributionView"][];
        };
        ContributionsView: {
            metric: string;
            lower_is_better: boolean;
            measured: boolean;
            method: string;
            rounds: components["schemas"]["RoundContributionsView"][];
            total: components["schemas"]["ContributionView"][];
        };
        RoundMetricsView: {
            loss: number | null;
            accuracy?: number;
            precision?: number;
            recall?: number;
            f1?: number;
            auroc?: number;
        };
        FederatedRound: {
            round: number;
            is_baseline: boolean;
            metrics: components["schemas"]["RoundMetricsView"];
        };
        FederatedRoundsView: {
            is_federated: boolean;
            /** @enum {string|null} */
            evaluated_on: "held_out_rows" | "site_validation" | null;
            num_rounds: number;
            num_trained_rounds: number;
            num_clients: number;
            rounds: components["schemas"]["FederatedRound"][];
        };
        UncertaintyView: {
            low: number;
            high: number;
            /** @enum {string} */
            method: "wilson" | "delong" | "delta" | "clusters";
            units: number;
        };
        RunHeadlineView: {
            metric: string;
            result: components["schemas"]["ResultView"];
            uncertainty: components["schemas"]["UncertaintyView"] | null;
        };
        RunHeadlinesView: {
            items: components["schemas"]["RunHeadlineView"][];
            confidence: number;
        };
        HeardView: {
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            stop_requested: boolean;
        };
        LogLineView: {
            id: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            level: "debug" | "info" | "warning" | "error";
            message: string;
        };
        LogPageView: {
            items: components["schemas"]["LogLineView"][];
            last_id: number;
        };
        LineBody: {
            /**
             * Format: date-time
             * @default null
             */
            at: string | null;
            /**
             * @default info
             * @enum {string}
             */
            level: "debug" | "info" | "warning" | "error";
            message: string;
        };
        LinesBody: {
            lines: components["schemas"]["LineBody"][];
            /** @default null */
            batch_id: string | null;
        };
        KeptLinesView: {
            lines: number;
            last_id: number;
            duplicate: boolean;
        };
        DefinitionsBody: {
            definitions: {
                [key: string]: "min" | "max" | null;
            };
        };
        DefinitionsView: {
            definitions: {
                [key: string]: string;
            };
        };
        FinalMetrics: {
            accuracy: number;
            precision: number;
            recall: number;
            f1_score: number;
            auc: number;
            loss: number;
            missing: string[];
        };
        HistoryEntry: {
            epoch: number;
            is_baseline: boolean;
            train_loss: number;
            val_loss: number;
            train_acc: number;
            val_acc: number;
            train_f1: number;
            val_precision: number;
            val_recall: number;
            val_f1: number;
            val_auroc: number;
            missing: string[];
        };
        ResultsMetadata: {
            experiment_name: string;
            name: string;
            start_time: string;
            end_time: string;
            total_epochs: number;
            max_epochs: number | null;
            best_epoch: number;
            best_epoch_by_recall: number;
            best_val_accuracy: number;
            best_val_precision: number;
            best_val_recall: number;
            best_val_loss: number;
            best_val_f1: number;
            best_val_auroc: number;
            final_accuracy: number;
            final_precision: number;
            final_recall: number;
            final_f1: number;
            final_auc: number;
            final_loss: number;
            training_duration_seconds: number | null;
            training_duration_formatted: string | null;
            missing: string[];
        };
        ConfusionMatrix: {
            true_positives: number;
            true_negatives: number;
            false_positives: number;
            false_negatives: number;
            sensitivity: number;
            specificity: number;
            precision_cm: number;
            accuracy_cm: number;
            f1_cm: number;
            npv: number;
            fpr: number;
            fnr: number;
            balanced_accuracy: number;
            mcc: number;
        };
        ExperimentResults: {
            experiment_id: string;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            total_epochs: number;
            final_metrics: components["schemas"]["FinalMetrics"];
            training_history: components["schemas"]["HistoryEntry"][];
            history_is_thinned: boolean;
            metadata: components["schemas"]["ResultsMetadata"];
            confusion_matrix: components["schemas"]["ConfusionMatrix"] | null;
        };
        ResumeBody: {
            /** @default null */
            from_round: number | null;
        };
        ClientPartView: {
            client: string;
            /** @enum {string} */
            status: "waiting" | "training" | "completed" | "refused" | "failed";
            num_samples: number;
            seconds: number;
            /** Format: date-time */
            started_at: string | null;
            waiting_seconds: number | null;
            training_seconds: number | null;
            sending_seconds: number | null;
            bytes_down: number | null;
            bytes_up: number | null;
            loss_before: number | null;
            loss_after: number | null;
            metrics: {
                [key: string]: number | null;
            };
            metrics_before: {
                [key: string]: number | null;
            };
            metrics_after: {
                [key: string]: number | null;
            };
            weight: number | null;
            leave_one_out: number | null;
            reason: string | null;
            log_id: number | null;
        };
        RoundEntry: {
            round: number;
            /** @enum {string} */
            status: "running" | "completed" | "no_quorum" | "interrupted";
            /** Format: date-time */
            started_at: string | null;
            seconds: number | null;
            taking_part: number | null;
            good: number | null;
            quorum: number | null;
            bytes_down: number | null;
            bytes_up: number | null;
            metrics: {
                [key: string]: number | null;
            };
            fit_metrics: {
                [key: string]: number | null;
            };
            eval_metrics: {
                [key: string]: number | null;
            };
            model_artifact_id: number | null;
            is_best: boolean;
            can_resume: boolean;
            clients: components["schemas"]["ClientPartView"][];
        };
        RoundListView: {
            rounds: components["schemas"]["RoundEntry"][];
        };
        Curve: {
            run_id: number;
            name: string;
            client: string | null;
            count: number;
            steps: number[];
            values: (number | null)[];
            times?: number[];
            min?: (number | null)[];
            max?: (number | null)[];
        };
        Curves: {
            series: components["schemas"]["Curve"][];
        };
        SeriesPart: {
            name: string;
            steps: number[];
            values: (number | null)[];
            times?: number[];
            client?: string | null;
        };
        SeriesBatchBody: {
            batch_id: string;
            series: components["schemas"]["SeriesPart"][];
            rewind_to?: number | null;
        };
        BatchTaken: {
            batch_id: string;
            points: number;
            replaced: number;
            duplicate: boolean;
        };
        SeriesSummaryView: {
            name: string;
            readonly client?: string | null;
            count: number;
            last: number | null;
            last_step: number | null;
            /** @enum {string|null} */
            goal: "min" | "max" | null;
            readonly in_catalogue?: boolean;
            best: number | null;
            best_step: number | null;
            min: number | null;
            min_step: number | null;
            max: number | null;
            max_step: number | null;
        };
        SeriesSummaries: {
            series: components["schemas"]["SeriesSummaryView"][];
        };
        ConfusionCounts: {
            true_positives: number;
            true_negatives: number;
            false_positives: number;
            false_negatives: number;
        };
        ServerEvaluationView: {
            loss: number | null;
            accuracy: number | null;
            precision: number | null;
            recall: number | null;
            f1_score: number | null;
            auroc: number | null;
            round: number;
            is_baseline: boolean;
            num_samples: number | null;
            /** Format: date-time */
            evaluation_time: string | null;
            confusion_matrix?: components["schemas"]["ConfusionCounts"];
            additional_metrics?: {
                [key: string]: unknown;
            };
        };
        GlobalMetrics: {
            loss: number | null;
            accuracy: number | null;
            precision: number | null;
            recall: number | null;
            f1_score: number | null;
            auroc: number | null;
        };
        BestRoundView: {
            value: number | null;
            round: number | null;
        };
        EvaluationSummaryView: {
            total_rounds?: number;
            num_trained_rounds?: number;
            latest_round?: number;
            latest_metrics?: components["schemas"]["GlobalMetrics"];
            best_accuracy?: components["schemas"]["BestRoundView"];
            best_precision?: components["schemas"]["BestRoundView"];
            best_recall?: components["schemas"]["BestRoundView"];
            best_f1_score?: components["schemas"]["BestRoundView"];
            best_auroc?: components["schemas"]["BestRoundView"];
            best_loss?: components["schemas"]["BestRoundView"];
        };
        ServerEvaluationsView: {
            run_id: number;
            is_federated: boolean;
            has_server_evaluation: boolean;
            /** @enum {string|null} */
            evaluated_on: "held_out_rows" | "site_validation" | null;
            evaluations: components["schemas"]["ServerEvaluationView"][];
            summary: components["schemas"]["EvaluationSummaryView"];
        };
        CountsBody: {
            true_positives?: number;
            true_negatives?: number;
            false_positives?: number;
            false_negatives?: number;
            tp?: number;
            tn?: number;
            fp?: number;
            fn?: number;
        };
        EvaluationBody: {
            round: number;
            loss?: number | null;
            accuracy?: number | null;
            precision?: number | null;
            recall?: number | null;
            f1_score?: number | null;
            f1?: number | null;
            auroc?: number | null;
            auc?: number | null;
            confusion_matrix?: components["schemas"]["CountsBody"] | null;
            server_cm_tp?: number;
            server_cm_tn?: number;
            server_cm_fp?: number;
            server_cm_fn?: number;
            num_samples?: number | null;
            additional_metrics?: {
                [key: string]: unknown;
            } | null;
        } & {
            [key: string]: unknown;
        };
        EvaluationsBody: {
            evaluations: components["schemas"]["EvaluationBody"][];
        };
        ModeMetricsView: {
            count: number;
            avg_accuracy: number | null;
            avg_precision: number | null;
            avg_recall: number | null;
            avg_f1: number | null;
            avg_duration_minutes: number | null;
        };
        TopRunView: {
            run_id: number;
            name: string;
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            best_accuracy: number | null;
            best_precision: number | null;
            best_recall: number | null;
            best_f1: number | null;
            duration_minutes: number | null;
            /** Format: date-time */
            start_time: string | null;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
        };
        MeanView: {
            n: number;
            mean: number | null;
        };
        ResultGroupView: {
            /** @enum {string} */
            task: "classification" | "forecasting" | "other";
            dataset_id: number | null;
            dataset: string | null;
            /** @enum {string|null} */
            measured_on: "test" | "validation" | "site_validation" | "reported" | null;
            /** @enum {string} */
            kind: "centralized" | "federated" | "local_only" | "logged" | "imported";
            n_runs: number;
            metrics: {
                [key: string]: components["schemas"]["MeanView"];
            };
            running_seconds: components["schemas"]["MeanView"];
        };
        RankedRunView: {
            rank: number;
            run_id: number;
            name: string;
            /** @enum {string} */
            kind: "centralized" | "federated" | "local_only" | "logged" | "imported";
            value: number;
            num_rows: number | null;
            running_seconds: number | null;
        };
        RankingView: {
            dataset_id: number;
            dataset: string;
            /** @enum {string} */
            measured_on: "test" | "validation" | "site_validation" | "reported";
            metric: string;
            runs: components["schemas"]["RankedRunView"][];
        };
        AnalyticsSummaryView: {
            total_runs: number;
            success_rate: number;
            filter_coverage: number;
            total: number;
            completed: number;
            failed: number;
            in_progress: number;
            queued: number;
            cancelled: number;
            centralized: components["schemas"]["ModeMetricsView"];
            federated: components["schemas"]["ModeMetricsView"];
            top_runs: components["schemas"]["TopRunView"][];
            success_share: number | null;
            groups: components["schemas"]["ResultGroupView"][];
            rankings: components["schemas"]["RankingView"][];
        };
        SkippedRoundView: {
            round: string;
            reason: string;
        };
        BackfillResultView: {
            run_id: number;
            success: boolean;
            message: string;
            rounds_processed: number;
            rounds_created: number;
            rounds_updated: number;
            rounds_skipped: number;
            reasons: components["schemas"]["SkippedRoundView"][];
        };
        BulkBody: {
            /** @enum {string} */
            action: "archive" | "unarchive" | "delete" | "stop" | "tag" | "visibility";
            ids?: number[];
            filter?: string;
            /** @enum {string} */
            status?: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            training_mode?: "centralized" | "federated";
            /** @enum {string} */
            archived?: "false" | "true" | "all";
            tags?: {
                [key: string]: string | null;
            };
            /** @enum {string} */
            visibility?: "private" | "team";
            /** @default false */
            dry_run: boolean;
        };
        SkippedView: {
            id: number;
            reason: string;
        };
        BulkOutcomeView: {
            /** @enum {string} */
            action: "archive" | "unarchive" | "delete" | "stop" | "tag" | "visibility";
            dry_run: boolean;
            matched: number;
            changed: number[];
            skipped: components["schemas"]["SkippedView"][];
            reveals_private_data: number[];
        };
        ColumnsInUseView: {
            attributes: string[];
            metrics: string[];
            params: string[];
            tags: string[];
            results: string[];
            goals: {
                [key: string]: "min" | "max" | null;
            };
            truncated: boolean;
        };
        ComparedRunView: {
            id: number;
            name: string;
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            /** @enum {string} */
            origin: "trained" | "logged" | "imported";
            /** @enum {string} */
            task: "classification" | "forecasting" | "other";
            /** @enum {string} */
            visibility: "private" | "team";
            /** @enum {string|null} */
            evaluated_on: "held_out_rows" | "site_validation" | null;
            dataset_id: number | null;
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string | null;
            times: components["schemas"]["RunTimesView"];
            tags: {
                [key: string]: string;
            };
            can_edit: boolean;
        };
        ComparedParamView: {
            name: string;
            differs: boolean;
            values: (string | null)[];
        };
        ComparedResultView: {
            metric: string;
            /** @enum {string|null} */
            goal: "min" | "max" | null;
            lower_is_better: boolean | null;
            values: (components["schemas"]["ResultView"] | null)[];
            differences: (number | null)[];
            best_run: number | null;
        };
        MetricValueView: {
            last: number | null;
            best: number | null;
            best_step: number | null;
            measured_on: string | null;
        };
        ComparedMetricView: {
            name: string;
            /** @enum {string|null} */
            goal: "min" | "max" | null;
            in_catalogue: boolean;
            lower_is_better: boolean | null;
            values: (components["schemas"]["MetricValueView"] | null)[];
            differences: (number | null)[];
            best_run: number | null;
        };
        ComparisonView: {
            runs: components["schemas"]["ComparedRunView"][];
            baseline: number;
            params: components["schemas"]["ComparedParamView"][];
            results: components["schemas"]["ComparedResultView"][];
            metrics: components["schemas"]["ComparedMetricView"][];
            series: string[];
        };
        RunIntervalView: {
            n: number;
            mean: number;
            low: number | null;
            high: number | null;
        };
        RunGroupView: {
            value: string | null;
            count: number;
            metrics: {
                [key: string]: components["schemas"]["RunIntervalView"] | null;
            };
        };
        GroupsView: {
            by: string;
            groups: components["schemas"]["RunGroupView"][];
            truncated: boolean;
            goals: {
                [key: string]: "min" | "max" | null;
            };
            measured_on: {
                [key: string]: string[];
            };
            num_datasets: {
                [key: string]: number;
            };
        };
        MatchingIdsView: {
            ids: number[];
            total: number;
            truncated: boolean;
        };
        ImportForm: {
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /** @default null */
            upload_id: string | null;
            /** Format: binary */
            file?: string;
        };
        ImportedRunView: {
            run_id: number;
            name: string;
        };
        LeftOutView: {
            name: string;
            reason: string;
        };
        ImportReportView: {
            id: number;
            /** @enum {string} */
            kind: "flower" | "tensorboard" | "mlflow" | "inspect" | "lm-eval";
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            size_bytes: number;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            total: number | null;
            done: number;
            num_imported: number;
            num_skipped: number;
            error: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
            imported: components["schemas"]["ImportedRunView"][];
            skipped: components["schemas"]["LeftOutView"][];
        };
        ImportView: {
            id: number;
            /** @enum {string} */
            kind: "flower" | "tensorboard" | "mlflow" | "inspect" | "lm-eval";
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            size_bytes: number;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            total: number | null;
            done: number;
            num_imported: number;
            num_skipped: number;
            error: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        ImportList: {
            items: components["schemas"]["ImportView"][];
            total: number;
            limit: number;
            offset: number;
        };
        ConfusionStatisticsView: {
            sensitivity: number;
            specificity: number;
            precision_cm: number;
            accuracy_cm: number;
            f1_cm: number;
            npv: number;
            fpr: number;
            fnr: number;
            balanced_accuracy: number;
            mcc: number;
        };
        FederatedInfoView: {
            num_rounds: number;
            num_clients: number;
            has_server_evaluation: boolean;
            best_accuracy: number | null;
            best_recall: number | null;
            latest_round: number | null;
            latest_accuracy: number | null;
        };
        RunResultView: {
            value: number | null;
            /** @enum {string} */
            measured_on: "test" | "validation" | "site_validation" | "reported";
            num_rows: number | null;
        };
        StudyOfRunView: {
            id: number;
            name: string;
            /** @enum {string} */
            arm: "central" | "federated" | "local";
            seed: number;
            client: string | null;
        };
        RunSummaryView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            /** @enum {string} */
            training_mode: "centralized" | "federated";
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            /** Format: date-time */
            start_time: string;
            /** Format: date-time */
            end_time: string | null;
            times: components["schemas"]["RunTimesView"];
            run_description: string | null;
            best_val_recall: number;
            best_val_accuracy: number;
            metrics_count: number;
            final_epoch_stats: components["schemas"]["ConfusionStatisticsView"] | null;
            federated_info: components["schemas"]["FederatedInfoView"] | null;
            job: components["schemas"]["JobView"] | null;
            missing: string[];
            /** Format: date-time */
            archived_at: string | null;
            /** @enum {string} */
            origin: "trained" | "logged" | "imported";
            tags: {
                [key: string]: string;
            };
            params: {
                [key: string]: string;
            };
            metrics: {
                [key: string]: number | null;
            };
            best: {
                [key: string]: number | null;
            };
            results: {
                [key: string]: components["schemas"]["RunResultView"];
            };
            /** @enum {string} */
            task: "classification" | "forecasting" | "other";
            dataset_id: number | null;
            study: components["schemas"]["StudyOfRunView"] | null;
        };
        RunList: {
            runs: components["schemas"]["RunSummaryView"][];
            total: number;
            next: string | null;
            num_runs?: number;
            studies?: components["schemas"]["StudyRowView"][];
            columns?: string[];
        };
        AlertView: {
            id: number;
            rule: string;
            scope: string;
            is_platform: boolean;
            /** @enum {string} */
            state: "calm" | "pending" | "firing" | "recovered";
            /** Format: date-time */
            state_at: string;
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            value: number | null;
            title: string;
            detail: string;
            advice: string;
            href: string;
            /** Format: date-time */
            messaged_at: string | null;
            carried_by: number;
            undelivered: boolean;
            braked: string[];
            /** Format: date-time */
            muted_until: string | null;
            muted_by: string | null;
            mute_reason: string | null;
        };
        AlertPageView: {
            items: components["schemas"]["AlertView"][];
            next_after: string | null;
        };
        AlertStepView: {
            id: number;
            /** @enum {string} */
            type: "pending" | "calm" | "firing" | "raised" | "reminder" | "recovered" | "muted" | "unmuted";
            /** Format: date-time */
            at: string;
            value: number | null;
            text: string;
            carried_by: number | null;
            who: string | null;
        };
        AlertDetailView: {
            alert: components["schemas"]["AlertView"];
            history: components["schemas"]["AlertStepView"][];
        };
        MuteBody: {
            /** Format: date-time */
            until: string;
            reason: string;
        };
        AlertRuleValuesView: {
            enabled: boolean;
            threshold: number;
            recovery: number;
            window_s: number;
            hold_s: number;
            min_count: number;
            remind_s: number;
        };
        AlertRuleView: {
            name: string;
            /** @enum {string} */
            audience: "platform" | "owner";
            /** @enum {string} */
            unit: "percent" | "seconds" | "milliseconds" | "number" | "times" | "state";
            /** @enum {string} */
            severity: "info" | "warning" | "critical";
            falls: boolean;
            brakes: boolean;
            max_window_s: number;
            values: components["schemas"]["AlertRuleValuesView"];
            default: components["schemas"]["AlertRuleValuesView"];
            /** Format: date-time */
            changed_at: string | null;
            changed_by: string | null;
        };
        AlertRuleList: {
            items: components["schemas"]["AlertRuleView"][];
        };
        AlertRulePatch: {
            enabled?: boolean;
            threshold?: number | null;
            recovery?: number | null;
            window_s?: number | null;
            hold_s?: number | null;
            min_count?: number | null;
            remind_s?: number | null;
        };
        AlertSummaryView: {
            firing: number;
            undelivered: number;
            items: components["schemas"]["AlertView"][];
        };
        EventCleanup: {
            days_to_keep?: number;
            older_than_days?: number;
            dry_run?: boolean;
        };
        CleanupStatistics: {
            total_before_cleanup: number;
            deleted_count: number;
            total_after_cleanup: number;
            retention_days: number;
            /** Format: date-time */
            cutoff_date: string;
        };
        CleanupAnswer: {
            success: boolean;
            message: string;
            dry_run: boolean;
            deleted_count: number;
            would_delete_count: number;
            /** Format: date-time */
            oldest_kept_event: string | null;
            statistics: components["schemas"]["CleanupStatistics"];
        };
        RetentionPolicy: {
            recommended_days: number;
            minimum_days: number;
            maximum_days: number;
        };
        KindConfig: {
            kind: string;
            task_types: string[];
            cadence: string;
            timeout_seconds: number | null;
            max_attempts: number;
            backoff_seconds: number[];
            failures_in_a_row: number | null;
            failures_in_window: number | null;
            window_seconds: number;
            cool_off_seconds: number[];
        };
        SchedulerConfig: {
            version: string;
            check_interval_seconds: number;
            dispatch_batch: number;
            catch_up_grace_seconds: number;
            execution_retention_days: number;
            event_retention_days: number;
            retention_policy: components["schemas"]["RetentionPolicy"];
            kinds: components["schemas"]["KindConfig"][];
        };
        SchedulerStats: {
            total_checks: number;
            tasks_found: number;
            tasks_executed: number;
            tasks_failed: number;
            tasks_skipped: number;
            /** Format: date-time */
            last_check: string | null;
            /** Format: date-time */
            last_update: string | null;
            active_executions: number;
            running: boolean;
            check_interval_minutes: number;
            min_check_interval_minutes: number;
            max_check_interval_minutes: number;
            intelligent_scheduling: boolean;
            active_strategies_count: number;
            /** Format: date-time */
            last_interval_adjustment: string | null;
            registered_types: string[];
            cumulative_total_check_cycles: number;
            cumulative_tasks_found: number;
            cumulative_tasks_executed: number;
            cumulative_tasks_failed: number;
        };
        SchedulerJob: {
            id: string;
            /** @enum {string} */
            trigger_type: "CronTrigger" | "DateTrigger" | "IntervalTrigger";
            /** Format: date-time */
            next_run_time: string | null;
            user_id: string;
            job_store: string;
            user_job_store: string;
            function_name: string;
            platform: string | null;
            task_id: number;
            is_database_task: boolean;
            frequency: string;
            task_type: string | null;
            website_url: string | null;
            competitor_id: string | null;
            task_category: string | null;
        };
        UserIsolation: {
            enabled: boolean;
            current_user_id: string;
        };
        SchedulerDashboard: {
            stats: components["schemas"]["SchedulerStats"];
            jobs: components["schemas"]["SchedulerJob"][];
            job_count: number;
            recurring_jobs: number;
            one_time_jobs: number;
            registered_task_types: string[];
            user_isolation: components["schemas"]["UserIsolation"];
            /** Format: date-time */
            last_updated: string;
        };
        TotalsReconciled: {
            success: boolean;
            checked_days: number;
            drift: number;
            corrected: number;
            /** Format: date-time */
            reconciled_at: string;
        };
        HistoryEvent: {
            id: number;
            /** @enum {string} */
            event_type: "check_cycle" | "interval_adjustment" | "start" | "stop" | "schedule_created" | "schedule_changed" | "schedule_paused" | "schedule_resumed" | "schedule_reset" | "schedule_archived" | "backfill" | "circuit_changed" | "job_scheduled" | "job_retrying" | "job_completed" | "job_failed" | "job_skipped" | "job_cancelled" | "job_starts_late" | "job_takes_long" | "job_ends_late";
            /** Format: date-time */
            event_date: string;
            check_cycle_number: number | null;
            check_interval_minutes: number | null;
            previous_interval_minutes: number | null;
            new_interval_minutes: number | null;
            tasks_found: number | null;
            tasks_executed: number | null;
            tasks_failed: number | null;
            tasks_by_type: {
                [key: string]: unknown;
            } | null;
            job_id: string | null;
            /** @enum {string|null} */
            job_type: "recurring" | "one_time" | null;
            user_id: string | null;
            check_duration_seconds: number | null;
            active_strategies_count: number | null;
            active_executions: number | null;
            event_data: {
                [key: string]: unknown;
            };
            error_message: string | null;
            /** Format: date-time */
            created_at: string;
        };
        DateFilter: {
            days: number;
            /** Format: date-time */
            cutoff_date: string;
            /** Format: date-time */
            showing_events_since: string;
        };
        HistoryPage: {
            events: components["schemas"]["HistoryEvent"][];
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
            date_filter?: components["schemas"]["DateFilter"];
        };
        EventAges: {
            last_24h: number;
            last_7d: number;
            last_30d: number;
            last_90d: number;
            older_than_90d: number;
            older_than_180d: number;
        };
        EventStats: {
            total_records: number;
            total_events: number;
            retention_policy: components["schemas"]["RetentionPolicy"];
            age_distribution: components["schemas"]["EventAges"];
            event_type_distribution: {
                [key: string]: number;
            };
            events_by_type: {
                [key: string]: number;
            };
            /** Format: date-time */
            oldest_event: string | null;
            /** Format: date-time */
            newest_event: string | null;
            average_duration_seconds: number | null;
            total_tasks_found: number;
            total_tasks_executed: number;
            total_tasks_failed: number;
            total_tasks_skipped: number;
        };
        ScheduleEventView: {
            id: number;
            /** @enum {string} */
            type: "check_cycle" | "interval_adjustment" | "start" | "stop" | "schedule_created" | "schedule_changed" | "schedule_paused" | "schedule_resumed" | "schedule_reset" | "schedule_archived" | "backfill" | "circuit_changed" | "job_scheduled" | "job_retrying" | "job_completed" | "job_failed" | "job_skipped" | "job_cancelled" | "job_starts_late" | "job_takes_long" | "job_ends_late";
            /** Format: date-time */
            at: string;
            schedule_id: number | null;
            schedule_name: string | null;
            kind: string | null;
            execution_id: number | null;
            /** @enum {string} */
            by: "self" | "other" | "platform";
            user_name: string | null;
            data: {
                [key: string]: unknown;
            };
        };
        ScheduleEventPage: {
            items: components["schemas"]["ScheduleEventView"][];
            next: number | null;
        };
        LogTask: {
            id: number | null;
            task_title: string;
            component_name: string | null;
            metric: string | null;
            frequency: string | null;
        };
        ExecutionLog: {
            task_id: number | null;
            user_id: string;
            /** Format: date-time */
            execution_date: string;
            /** @enum {string} */
            status: "running" | "success" | "failed" | "skipped";
            error_message: string | null;
            execution_time_ms: number | null;
            result_data: {
                [key: string]: unknown;
            } | null;
            /** Format: date-time */
            created_at: string;
            id: number;
            task: components["schemas"]["LogTask"];
        };
        ExecutionLogPage: {
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
            logs: components["schemas"]["ExecutionLog"][];
            is_scheduler_logs: boolean;
        };
        SchedulerHealth: {
            /** @enum {string} */
            status: "healthy" | "degraded" | "unhealthy";
            parts?: components["schemas"]["CheckView"][];
        };
        SchedulerJobList: {
            jobs: components["schemas"]["SchedulerJob"][];
            total_jobs: number;
            total_count: number;
            recurring_jobs: number;
            one_time_jobs: number;
            /** Format: date-time */
            last_updated: string;
        };
        KindView: {
            name: string;
            queue: string;
            cadence: string;
            timeout_s: number;
            max_attempts: number;
            backoff: number[];
            admins_only: boolean;
            params: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
        };
        KindList: {
            items: components["schemas"]["KindView"][];
        };
        TaskView: {
            id: number;
            task_id: number;
            user_id: string;
            task_type: string;
            platform: string | null;
            site_url: string | null;
            website_url: string | null;
            competitor_id: string | null;
            frequency_days: number | null;
            frequency: string;
            /** @enum {string} */
            status: "active" | "failed" | "needs_intervention" | "paused";
            /** Format: date-time */
            last_check: string | null;
            /** Format: date-time */
            last_success: string | null;
            /** Format: date-time */
            last_failure: string | null;
            failure_reason: string | null;
            consecutive_failures: number;
            /** Format: date-time */
            next_check: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        OnboardingTasks: {
            success: boolean;
            user_id: string;
            tasks: components["schemas"]["TaskView"][];
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
        };
        InsightTasksMade: {
            success: boolean;
            user_id: string;
            created: number;
            schedule_ids: number[];
        };
        InsightLog: {
            task_id: number | null;
            user_id: string;
            /** Format: date-time */
            execution_date: string;
            /** @enum {string} */
            status: "running" | "success" | "failed" | "skipped";
            error_message: string | null;
            execution_time_ms: number | null;
            result_data: {
                [key: string]: unknown;
            } | null;
            /** Format: date-time */
            created_at: string;
            id: number;
            platform: string | null;
            data_source: string | null;
        };
        InsightLogPage: {
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
            success: boolean;
            user_id: string;
            logs: components["schemas"]["InsightLog"][];
        };
        InsightsReconciled: {
            connected: number;
            created: number;
            skipped: number;
            failures: number;
            auditable: number;
            archived: number;
            /** Format: date-time */
            reconciled_at: string;
        };
        InsightsStatus: {
            success: boolean;
            user_id: string;
            gsc_tasks: components["schemas"]["TaskView"][];
            bing_tasks: components["schemas"]["TaskView"][];
            total_tasks: number;
        };
        MonitoringStats: {
            platform_insights_tasks: number;
            website_analysis_tasks: number;
            total_tasks: number;
            recent_failures: number;
        };
        MonitoringHealth: {
            user_id: string;
            /** @enum {string} */
            health_status: "not_configured" | "degraded" | "unknown" | "healthy";
            health_message: string;
            monitoring_stats: components["schemas"]["MonitoringStats"];
            /** Format: date-time */
            last_checked: string;
        };
        InsightCounts: {
            total: number;
            active: number;
            failed: number;
            platforms: string[];
        };
        WebsiteCounts: {
            total: number;
            active: number;
            failed: number;
            user_websites: number;
            competitors: number;
        };
        OverallCounts: {
            total_tasks: number;
            active_tasks: number;
            failed_tasks: number;
            health_score: number | null;
            recent_activity_24h: number;
        };
        MonitoringSummary: {
            user_id: string;
            platform_insights: components["schemas"]["InsightCounts"];
            website_analysis: components["schemas"]["WebsiteCounts"];
            overall: components["schemas"]["OverallCounts"];
            /** Format: date-time */
            last_updated: string;
        };
        RecentLog: {
            task_id: number | null;
            user_id: string;
            /** Format: date-time */
            execution_date: string;
            /** @enum {string} */
            status: "running" | "success" | "failed" | "skipped";
            error_message: string | null;
            execution_time_ms: number | null;
            result_data: {
                [key: string]: unknown;
            } | null;
            /** Format: date-time */
            created_at: string;
            id: string;
            task: components["schemas"]["LogTask"];
        };
        RecentLogPage: {
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
            logs: components["schemas"]["RecentLog"][];
            is_scheduler_logs: boolean;
        };
        ExecutionSummary: {
            id: number;
            schedule_id: number;
            schedule_name: string;
            owner_id: number;
            kind: string;
            /** @enum {string} */
            source: "schedule" | "manual" | "backfill" | "retry";
            version: number;
            /** Format: date-time */
            scheduled_for: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | "retrying" | "skipped";
            attempt: number;
            is_probe: boolean;
            /** Format: date-time */
            begin_at: string | null;
            waits_for: string | null;
            skip_reason: string | null;
            missed: number;
            /** @enum {string|null} */
            error_code: "rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal" | null;
            error: string | null;
            advice: string | null;
            result: {
                [key: string]: unknown;
            } | null;
            subject: string | null;
            retry_of: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            can_edit: boolean;
        };
        ExecutionPage: {
            items: components["schemas"]["ExecutionSummary"][];
            next: number | null;
        };
        AttemptDetail: {
            number: number;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost";
            job_id: number | null;
            worker: string | null;
            progress: number | null;
            message: string | null;
            /** @enum {string|null} */
            error_code: "rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal" | null;
            error: string | null;
            retry_after: number | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
        };
        ExecutionDetailView: {
            execution: components["schemas"]["ExecutionSummary"];
            attempts: components["schemas"]["AttemptDetail"][];
        };
        ExecutionRetryBody: {
            /** @default null */
            params: Record<string, never> | null;
        };
        StartedExecution: {
            execution_id: number;
            run_id: number;
            schedule_id: number;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | "retrying" | "skipped";
            status_url: string;
        };
        ExecutionFilter: {
            schedule_id?: number;
            kind?: string[];
            state?: ("queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | "retrying" | "skipped")[];
            source?: ("schedule" | "manual" | "backfill" | "retry")[];
            error_code?: ("rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal")[];
            /** Format: date-time */
            since?: string;
            /** Format: date-time */
            until?: string;
        };
        ExecutionOrderBody: {
            /** @default null */
            ids: number[] | null;
            /** @default true */
            dry_run: boolean;
            /** @enum {string} */
            action: "cancel" | "retry";
            filter?: components["schemas"]["ExecutionFilter"];
        };
        BulkAnswerView: {
            action: string;
            dry_run: boolean;
            matched: number;
            changed: number[];
            left_alone: components["schemas"]["LeftAloneView"][];
            num_left_alone: number;
            undo: {
                [key: string]: unknown;
            } | null;
        };
        OutcomeView: {
            execution_id: number;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | "retrying" | "skipped";
            /** Format: date-time */
            scheduled_for: string | null;
            /** Format: date-time */
            finished_at: string | null;
        };
        OpenExecutionView: {
            id: number;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "stopping" | "succeeded" | "failed" | "cancelled" | "lost" | "retrying" | "skipped";
            attempt: number;
            /** Format: date-time */
            begin_at: string | null;
            waits_for: string | null;
            subject: string | null;
        };
        ScheduleSummary: {
            id: number;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            kind: string;
            name: string;
            params: {
                [key: string]: unknown;
            };
            cron: string | null;
            interval_s: number | null;
            /** Format: date-time */
            run_at: string | null;
            timezone: string;
            /** Format: date-time */
            starts_at: string | null;
            /** Format: date-time */
            ends_at: string | null;
            exclude: string[];
            jitter_s: number;
            /** @enum {string} */
            catch_up: "skip" | "one" | "all";
            catch_up_most: number;
            max_attempts: number | null;
            backoff: number[] | null;
            timeout_s: number | null;
            must_end_by: string | null;
            longest: number | null;
            concurrency_key: string | null;
            depends_on: number | null;
            version: number;
            /** @enum {string} */
            state: "active" | "cooling_off" | "half_open" | "needs_intervention" | "paused" | "archived";
            failures: number;
            cool_off_level: number;
            /** Format: date-time */
            cool_off_until: string | null;
            paused_state: string | null;
            pause_reason: string | null;
            /** Format: date-time */
            pause_until: string | null;
            /** Format: date-time */
            next_run_at: string | null;
            /** Format: date-time */
            due_at: string | null;
            /** @enum {string|null} */
            error_code: "rate_limited" | "quota_exhausted" | "auth_expired" | "auth_revoked" | "forbidden" | "not_found" | "network" | "timeout" | "config" | "bad_data" | "oom" | "preempted" | "worker_lost" | "internal" | null;
            advice: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            outcomes: components["schemas"]["OutcomeView"][];
            open_execution: components["schemas"]["OpenExecutionView"] | null;
            can_edit: boolean;
        };
        SchedulePage: {
            items: components["schemas"]["ScheduleSummary"][];
            total: number;
            next: number | null;
        };
        ScheduleBody: {
            cron?: string | null;
            interval_s?: number | null;
            /** Format: date-time */
            run_at?: string | null;
            timezone?: string;
            /** Format: date-time */
            starts_at?: string | null;
            /** Format: date-time */
            ends_at?: string | null;
            exclude?: string[];
            name: string;
            params?: Record<string, never>;
            /** @enum {string} */
            visibility?: "private" | "team";
            jitter_s?: number;
            /** @enum {string} */
            catch_up?: "skip" | "one" | "all";
            catch_up_most?: number;
            max_attempts?: number | null;
            backoff?: number[] | null;
            timeout_s?: number | null;
            must_end_by?: string | null;
            longest?: number | null;
            concurrency_key?: string | null;
            depends_on?: number | null;
            kind: string;
        };
        ScheduleChange: {
            cron?: string | null;
            interval_s?: number | null;
            /** Format: date-time */
            run_at?: string | null;
            timezone?: string;
            /** Format: date-time */
            starts_at?: string | null;
            /** Format: date-time */
            ends_at?: string | null;
            exclude?: string[];
            name?: string;
            params?: Record<string, never>;
            /** @enum {string} */
            visibility?: "private" | "team";
            jitter_s?: number;
            /** @enum {string} */
            catch_up?: "skip" | "one" | "all";
            catch_up_most?: number;
            max_attempts?: number | null;
            backoff?: number[] | null;
            timeout_s?: number | null;
            must_end_by?: string | null;
            longest?: number | null;
            concurrency_key?: string | null;
            depends_on?: number | null;
            version?: number;
        };
        BackfillBody: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @default true */
            dry_run: boolean;
        };
        BackfillView: {
            dry_run: boolean;
            times: string[];
            num_done: number;
        };
        PauseBody: {
            /** @default null */
            reason: string | null;
            /**
             * Format: date-time
             * @default null
             */
            until: string | null;
        };
        DueTimeView: {
            /** Format: date-time */
            due: string;
            /** Format: date-time */
            local: string;
            /** @enum {string|null} */
            change: "moved" | "repeated" | null;
        };
        DueTimesView: {
            timezone: string;
            tzdata: string;
            times: components["schemas"]["DueTimeView"][];
        };
        ScheduleVersionView: {
            version: number;
            user_id: number | null;
            /** Format: date-time */
            created_at: string;
            definition: {
                [key: string]: unknown;
            };
            changes: {
                [key: string]: unknown[];
            };
        };
        ScheduleVersions: {
            items: components["schemas"]["ScheduleVersionView"][];
        };
        ScheduleFilter: {
            kind?: string[];
            state?: ("active" | "cooling_off" | "half_open" | "needs_intervention" | "paused" | "archived")[];
            name?: string;
        };
        ScheduleOrderBody: {
            /** @default null */
            ids: number[] | null;
            /** @default true */
            dry_run: boolean;
            /** @enum {string} */
            action: "pause" | "resume" | "reset" | "run_now" | "archive";
            filter?: components["schemas"]["ScheduleFilter"];
            /** @default null */
            reason: string | null;
            /**
             * Format: date-time
             * @default null
             */
            until: string | null;
        };
        DueScheduleView: {
            id: number;
            name: string;
            kind: string;
            timezone: string;
            /** Format: date-time */
            first: string;
            due: number;
        };
        DueListView: {
            items: components["schemas"]["DueScheduleView"][];
            due: number;
            left: number;
        };
        ScheduleFileBody: {
            file: string;
            /** @default true */
            dry_run: boolean;
            /** @default false */
            prune: boolean;
        };
        ScheduleFileChangeView: {
            action: string;
            owner: string;
            name: string;
            diff: {
                [key: string]: unknown[];
            };
        };
        ScheduleFilePlan: {
            dry_run: boolean;
            changes: components["schemas"]["ScheduleFileChangeView"][];
            counts: {
                [key: string]: number;
            };
        };
        PreviewBody: {
            cron?: string | null;
            interval_s?: number | null;
            /** Format: date-time */
            run_at?: string | null;
            timezone?: string;
            /** Format: date-time */
            starts_at?: string | null;
            /** Format: date-time */
            ends_at?: string | null;
            exclude?: string[];
            /** Format: date-time */
            after?: string | null;
            /** @default 5 */
            n: number;
        };
        WeekHourView: {
            hour: number;
            /** Format: date-time */
            begin: string;
            /** Format: date-time */
            end: string;
            due: number;
            is_repeated: boolean;
        };
        WeekDayView: {
            /** Format: date */
            day: string;
            length_s: number;
            due: number;
            hours: components["schemas"]["WeekHourView"][];
        };
        WeekView: {
            timezone: string;
            tzdata: string;
            /** Format: date-time */
            since: string;
            due: number;
            num_schedules: number;
            num_resting: number;
            is_complete: boolean;
            days: components["schemas"]["WeekDayView"][];
        };
        SchedulerStatus: {
            /** @enum {string} */
            status: "operational" | "degraded" | "down";
            parts?: components["schemas"]["CheckView"][];
        };
        InterventionSummary: {
            user_id: string;
            total_needing_attention: number;
            by_task_type: {
                [key: string]: number;
            };
            critical_failures: number;
            oldest_failure_hours: number | null;
            requires_immediate_attention: boolean;
            /** Format: date-time */
            last_updated: string;
        };
        FailurePatternView: {
            consecutive_failures: number;
            recent_failures: number;
            /** @enum {string} */
            failure_reason: "api_limit" | "auth_error" | "network_error" | "config_error" | "unknown";
            /** Format: date-time */
            last_failure_time: string | null;
            error_patterns: string[];
        };
        InterventionView: {
            id: number;
            task_id: number;
            user_id: string;
            task_type: string;
            platform: string | null;
            site_url: string | null;
            website_url: string | null;
            competitor_id: string | null;
            frequency_days: number | null;
            frequency: string;
            /** @enum {string} */
            status: "active" | "failed" | "needs_intervention" | "paused";
            /** Format: date-time */
            last_check: string | null;
            /** Format: date-time */
            last_success: string | null;
            /** Format: date-time */
            last_failure: string | null;
            failure_reason: string | null;
            consecutive_failures: number;
            /** Format: date-time */
            next_check: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            failure_pattern: components["schemas"]["FailurePatternView"];
            error_code: string | null;
            advice: string | null;
            /** Format: date-time */
            next_probe: string | null;
        };
        InterventionList: {
            success: boolean;
            user_id: string;
            tasks: components["schemas"]["InterventionView"][];
            count: number;
        };
        TriggeredTask: {
            id: number;
            /** @enum {string} */
            status: "active" | "failed" | "needs_intervention" | "paused";
            /** Format: date-time */
            last_check: string | null;
        };
        TriggerAnswer: {
            success: boolean;
            message: string;
            task_id: number;
            execution_id: number;
            run_id: number;
            status_url: string;
            task: components["schemas"]["TriggeredTask"];
            estimated_duration_seconds: number | null;
        };
        WebsiteLog: {
            task_id: number | null;
            user_id: string;
            /** Format: date-time */
            execution_date: string;
            /** @enum {string} */
            status: "running" | "success" | "failed" | "skipped";
            error_message: string | null;
            execution_time_ms: number | null;
            result_data: {
                [key: string]: unknown;
            } | null;
            /** Format: date-time */
            created_at: string;
            id: number;
            website_url: string | null;
            task_type: string | null;
        };
        WebsiteLogPage: {
            total_count: number;
            limit: number;
            offset: number;
            has_more: boolean;
            success: boolean;
            user_id: string;
            logs: components["schemas"]["WebsiteLog"][];
        };
        VisitRetryBody: {
            /** @default false */
            reset_failure_count: boolean;
        };
        RetriedTask: {
            id: number;
            website_url: string | null;
            /** @enum {string} */
            status: "active" | "failed" | "needs_intervention" | "paused";
            /** Format: date-time */
            next_check: string;
        };
        RetryAnswer: {
            success: boolean;
            message: string;
            task_id: number;
            execution_id: number;
            run_id: number;
            status_url: string;
            task: components["schemas"]["RetriedTask"];
            /** Format: date-time */
            retry_scheduled_at: string;
            failure_count_reset: boolean;
        };
        WebsiteTasks: {
            user_id: string;
            user_website_tasks: components["schemas"]["TaskView"][];
            competitor_tasks: components["schemas"]["TaskView"][];
            total_tasks: number;
            active_tasks: number;
            failed_tasks: number;
        };
        WebsiteStatus: {
            success: boolean;
            data: components["schemas"]["WebsiteTasks"];
        };
        MatchView: {
            /** @enum {string} */
            kind: "run" | "study" | "federation" | "forecast_session" | "benchmark_run" | "dataset" | "persona_set" | "model";
            id: number;
            name: string;
            /** @enum {string|null} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled" | null;
        };
        MatchList: {
            items: components["schemas"]["MatchView"][];
        };
        SiteVisitView: {
            id: number;
            url: string;
            /** @enum {string} */
            site_kind: "user_website" | "competitor";
            competitor_id: string | null;
            outcome: string;
            code: string | null;
            reason: string | null;
            detail: string | null;
            title: string | null;
            findings: number;
            broken_links: number;
            /** Format: date-time */
            created_at: string;
        };
        SiteList: {
            items: components["schemas"]["SiteVisitView"][];
            total: number;
            limit: number;
            offset: number;
        };
        PageHeadingView: {
            level: number;
            text: string;
        };
        LanguageLinkView: {
            code: string;
            url: string;
        };
        PageFactsView: {
            title: string | null;
            description: string | null;
            lang: string | null;
            headings: components["schemas"]["PageHeadingView"][];
            canonicals: string[];
            links: string[];
            links_internal: number;
            links_external: number;
            images: number;
            images_without_alt: string[];
            hreflang: components["schemas"]["LanguageLinkView"][];
            robots: string[];
            words: number;
            scripts: number;
            meta: {
                [key: string]: string;
            };
            landmarks: {
                [key: string]: number;
            };
            charset: string;
        };
        SiteFindingView: {
            name: string;
            count: number;
            items: string[];
        };
        SiteLinkView: {
            url: string;
            state: string;
            status: number | null;
        };
        SiteSummaryView: {
            model_name: string;
            page_at: string;
            text: string | null;
            error: string | null;
            prompt_tokens: number;
            completion_tokens: number;
        };
        SiteAnalysisView: {
            final_url: string | null;
            status: number | null;
            redirects: string[];
            bytes: number;
            packed_bytes: number;
            etag: string | null;
            last_modified: string | null;
            facts: components["schemas"]["PageFactsView"] | null;
            findings: components["schemas"]["SiteFindingView"][];
            links: components["schemas"]["SiteLinkView"][];
            summary: components["schemas"]["SiteSummaryView"] | null;
        };
        SiteVisitDetail: {
            visit: components["schemas"]["SiteVisitView"];
            analysis: components["schemas"]["SiteAnalysisView"] | null;
            history: components["schemas"]["SiteVisitView"][];
        };
        StudySummaryView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            dataset_id: number;
            /** @enum {string} */
            metric: "accuracy" | "auroc" | "f1_score" | "recall" | "precision" | "loss";
            /** Format: date-time */
            created_at: string;
            seeds: number;
            runs: number;
            done: number;
            failed: number;
        };
        StudyList: {
            items: components["schemas"]["StudySummaryView"][];
            total: number;
            limit: number;
            offset: number;
        };
        StudyBody: {
            name: string;
            dataset: number | string;
            /** @default 5 */
            seeds: number;
            /**
             * @default auroc
             * @enum {string}
             */
            metric: "accuracy" | "auroc" | "f1_score" | "recall" | "precision" | "loss";
            /** @default null */
            equivalence_margin: number | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            config?: components["schemas"]["TrainingSettings"];
        };
        StartedStudy: {
            id: number;
            name: string;
        };
        TrainingView: {
            run_id: number;
            name: string;
            /** @enum {string} */
            arm: "central" | "federated" | "local";
            seed: number;
            client: string | null;
            /** @enum {string} */
            status: "queued" | "in_progress" | "completed" | "failed" | "cancelled";
            progress: number;
            train_rows: number | null;
            test_rows: number | null;
            has_result: boolean;
            value: number | null;
        };
        IntervalView: {
            n: number;
            mean: number;
            low: number | null;
            high: number | null;
        };
        ArmView: {
            /** @enum {string} */
            arm: "central" | "federated" | "local" | "smallest";
            client: string | null;
            label: string;
            values: {
                [key: string]: number;
            };
            interval: components["schemas"]["IntervalView"] | null;
            failed: number;
            left_out: boolean;
        };
        ContrastView: {
            /** @enum {string} */
            against: "central" | "federated" | "local" | "smallest";
            label: string;
            difference: components["schemas"]["IntervalView"];
            individual: components["schemas"]["IntervalView"];
            p_value: number | null;
            p_holm: number | null;
            p_wilcoxon: number | null;
            p_equivalence: number | null;
            equivalent: boolean | null;
            /** @enum {string} */
            verdict: "difference" | "none_found" | "too_few_seeds" | "unknown";
            same_rows: boolean;
            refused: number[];
            from_rows: boolean;
        };
        StudyDetailView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            dataset_id: number;
            /** @enum {string} */
            metric: "accuracy" | "auroc" | "f1_score" | "recall" | "precision" | "loss";
            equivalence_margin: number | null;
            config: components["schemas"]["TrainingSettings"];
            /** Format: date-time */
            created_at: string;
            can_edit: boolean;
            lower_is_better: boolean;
            seeds: number[];
            seeds_compared: number;
            trainings: components["schemas"]["TrainingView"][];
            arms: components["schemas"]["ArmView"][];
            contrasts: components["schemas"]["ContrastView"][];
            sentence: string | null;
            notes: string[];
            method: string;
        };
        EndingView: {
            /** Format: date-time */
            at: string;
            status: number | null;
            signal: string | null;
            lived_seconds: number;
        };
        ProcessView: {
            name: string;
            pid: number;
            memory_mb: number | null;
            /** Format: date-time */
            since: string | null;
            restarts: number;
            last_ending: components["schemas"]["EndingView"] | null;
        };
        QueueView: {
            name: string;
            queued: number;
            running: number;
            workers: number;
            oldest_seconds: number | null;
        };
        SystemView: {
            version: string;
            processes: components["schemas"]["ProcessView"][];
            queues: components["schemas"]["QueueView"][];
            health: components["schemas"]["CheckView"][];
        };
        UsedSpaceView: {
            /** Format: date-time */
            at: string;
            used_bytes: number;
        };
        DiskView: {
            host: string;
            contents: string;
            free_bytes: number;
            used_bytes: number;
            total_bytes: number;
            /** Format: date-time */
            measured_at: string;
            error: string | null;
            history: components["schemas"]["UsedSpaceView"][];
        };
        DisksView: {
            items: components["schemas"]["DiskView"][];
        };
        CurrentJobView: {
            job_id: number;
            kind: string;
            queue: string;
            state: string;
            /** Format: date-time */
            since: string | null;
            worker: string | null;
            attempt: number;
            progress: number;
            person: string | null;
            subject: string | null;
            name: string | null;
        };
        CurrentWorkView: {
            items: components["schemas"]["CurrentJobView"][];
        };
        LogFileView: {
            name: string;
            size_bytes: number;
            /** Format: date-time */
            modified_at: string;
        };
        HostLogLineView: {
            at: string | null;
            /** @enum {string} */
            level: "debug" | "info" | "warning" | "error";
            logger: string | null;
            message: string;
            fields: {
                [key: string]: unknown;
            };
        };
        LogsView: {
            files: components["schemas"]["LogFileView"][];
            part: string | null;
            lines: components["schemas"]["HostLogLineView"][];
        };
        VersionsView: {
            roundhouse: string;
            python: string;
            system: string;
            database: string;
            redis: string | null;
            schema: string | null;
            newest_schema: string;
            libraries: {
                [key: string]: string;
            };
        };
        KeyView: {
            id?: number;
            name?: string;
            prefix?: string;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            last_used_at?: string | null;
            /** Format: date-time */
            revoked_at?: string | null;
        };
        KeyAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            api_key?: string;
            key?: components["schemas"]["KeyView"];
        };
        ContractError: {
            code: string;
            detail: string;
            errors?: {
                [key: string]: string[];
            };
            request_id: string | null;
            /** @enum {boolean} */
            success: false;
            error: string;
            suggestion?: string;
        };
        KeyBody: {
            /** @default Forecasts */
            name: string | null;
        };
        KeyListAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            keys?: components["schemas"]["KeyView"][];
            active?: number;
            max_active?: number;
        };
        ParametersAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            parameters?: {
                [key: string]: unknown;
            };
        };
        BacktestAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            backtest_id?: number;
        };
        NamedBody: {
            sessionId: string | null;
            /** @default null */
            sessionName: string | null;
        };
        UuidAnswer: {
            /** @default true */
            readonly success: boolean;
            /** @default The session is there under both names. */
            readonly message: string;
            sessionUuid?: string;
        };
        CreatePlotsBody: {
            /** @default null */
            plot_settings: Record<string, never> | null;
            /** @default null */
            df_plot_in: Record<string, never> | null;
            /** @default null */
            df_plot_out: Record<string, never> | null;
            /** @default null */
            df_plot_fcst: Record<string, never> | null;
            /** @default null */
            model_id: number | null;
        };
        PlotAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            plot_data?: string;
            run_id?: number | null;
            model_type?: string | null;
            seed?: number;
            n_test?: number;
            samples?: number[];
        };
        SessionFileForm: {
            /** Format: binary */
            file?: string;
            /** @default null */
            upload_id: string | null;
            sessionId: string;
            /** @enum {string} */
            type: "input" | "output";
            bezeichnung?: string;
            fileName?: string;
        } & {
            [key: string]: unknown;
        };
        NewFileData: {
            id?: string;
            ids?: string[];
            status?: string;
            message?: string;
        };
        NewFileAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            data?: components["schemas"]["NewFileData"];
        };
        ChangesBody: {
            [key: string]: unknown;
        };
        FileAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            data?: {
                [key: string]: unknown;
            };
        };
        AppendForm: {
            /** Format: binary */
            file?: string;
            /** @default null */
            upload_id: string | null;
            fileName?: string;
            /**
             * @description Whose value counts where both have another one.
             * @enum {string}
             */
            overlap?: "old" | "new";
        };
        OverlapExample: {
            series?: string;
            time?: string;
            old?: number;
            new?: number;
        };
        OverlapView: {
            new?: number;
            overlapping?: number;
            differing?: number;
            filled?: number;
            examples?: components["schemas"]["OverlapExample"][];
        };
        AppendAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            applied?: boolean;
            known?: boolean;
            overlap?: components["schemas"]["OverlapView"];
            data?: {
                [key: string]: unknown;
            };
        };
        ChosenSeries: {
            /** @enum {string} */
            type: "input" | "output";
            column?: number;
            name?: string;
        };
        ChosenSeriesBody: {
            series: components["schemas"]["ChosenSeries"][];
        };
        FileListAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            data?: {
                [key: string]: unknown;
            }[];
        };
        DeleteAllBody: {
            /** @default null */
            confirm_delete_all: boolean | null;
        };
        DeleteAllForm: {
            /** @enum {string} */
            confirm_delete_all: "true";
        };
        DeletedSummary: {
            database_records_deleted?: number;
            storage_files_deleted?: number;
            local_directories_deleted?: number;
            local_files_deleted?: number;
        };
        DeletedAllAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            warnings?: string[];
            summary?: components["schemas"]["DeletedSummary"];
            details?: string[];
        };
        EnvironmentAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            environment?: {
                [key: string]: unknown;
            };
        };
        TablesAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            run_id?: number | null;
            model_type?: string;
            df_eval?: {
                [key: string]: unknown;
            };
            df_eval_ts?: {
                [key: string]: unknown;
            };
            evaluation?: {
                [key: string]: unknown;
            };
        };
        SettingsBody: {
            sessionId: string | null;
            timeInfo?: Record<string, never> | null;
            zeitschritte?: Record<string, never> | null;
        };
        FinalizedAnswer: {
            /** @default true */
            readonly success: boolean;
            /** @default The session is finalized. */
            readonly message: string;
            sessionId?: string;
            n_dat: number | null;
            file_count: number;
        };
        BatchBody: {
            /** @default null */
            series: Record<string, never> | null;
            /** @default null */
            model_filename: string | null;
            /**
             * @description At most 500.
             * @default null
             */
            reference_times: unknown[] | null;
            /** @default null */
            first: string | null;
            /** @default null */
            last: string | null;
            /** @default 1 */
            every: number;
        };
        ForecastIntervalView: {
            level?: number;
            measured_coverage?: number | null;
            note?: string | null;
        };
        ForecastOutputView: {
            times?: string[];
            values?: (number | null)[];
            lower?: (number | null)[] | null;
            upper?: (number | null)[] | null;
            interval?: components["schemas"]["ForecastIntervalView"] | null;
        };
        BatchMissingView: {
            label?: string;
            count?: number;
        };
        BatchWindowView: {
            reference_time?: string;
            outputs?: {
                [key: string]: components["schemas"]["ForecastOutputView"];
            };
            truth?: {
                [key: string]: (number | null)[];
            } | null;
            missing?: components["schemas"]["BatchMissingView"][];
        };
        BatchErrorView: {
            windows?: number;
            mae?: number | null;
        };
        BatchAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            model_used?: string;
            sources?: {
                [key: string]: string;
            };
            windows?: components["schemas"]["BatchWindowView"][];
            errors?: {
                [key: string]: components["schemas"]["BatchErrorView"];
            };
        };
        ConfiguredInputView: {
            label?: string;
            source?: string;
            known_ahead?: boolean;
            horizon_start?: number;
            horizon_end?: number;
        };
        ForecastConfigView: {
            inputs?: components["schemas"]["ConfiguredInputView"][];
            model_filename?: string | null;
        };
        ConfigAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            config?: components["schemas"]["ForecastConfigView"];
        };
        ForecastBody: {
            /** @default null */
            series: Record<string, never> | null;
            /** @default null */
            reference_time: string | null;
            /** @default null */
            model_filename: string | null;
        };
        MeasuredView: {
            times?: string[];
            values?: (number | null)[];
        };
        ForecastAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            model_used?: string;
            reference_time?: string;
            sources?: {
                [key: string]: string;
            };
            outputs?: {
                [key: string]: components["schemas"]["ForecastOutputView"];
            };
            drift?: {
                [key: string]: unknown;
            } | null;
            measured?: {
                [key: string]: components["schemas"]["MeasuredView"];
            };
        };
        DatasetsBody: {
            /** @default null */
            model_parameters: Record<string, never> | null;
            /** @default null */
            training_split: Record<string, never> | null;
        };
        DatasetsStarted: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            job_id?: number;
            n_dat?: number | null;
            dataset_count?: number | null;
            violin_plots?: {
                [key: string]: unknown;
            };
        };
        GeneratePlotBody: {
            /** @default null */
            plot_settings: Record<string, never> | null;
            /** @default null */
            df_plot_in: Record<string, never> | null;
            /** @default null */
            df_plot_out: Record<string, never> | null;
            /** @default null */
            df_plot_fcst: Record<string, never> | null;
            /** @default null */
            model_id: number | null;
            sessionId: string | null;
        };
        ObjectAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            data?: {
                [key: string]: unknown;
            };
        };
        ResultsAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            results?: {
                [key: string]: unknown;
            }[];
            count?: number;
            n_dat?: number | null;
        };
        HealthAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            status?: string;
        };
        RecipeView: {
            id?: number;
            name?: string;
            importOptions?: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at?: string;
        };
        RecipesAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            recipes?: components["schemas"]["RecipeView"][];
        };
        RecipeBody: {
            name: string | null;
            fileId: string;
        };
        RecipeAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            recipe?: components["schemas"]["RecipeView"];
        };
        RecipeNameBody: {
            name: string | null;
        };
        Contract: {
            /** @default true */
            readonly success: boolean;
            message?: string;
        };
        RecipeFileBody: {
            fileId: string;
        };
        SessionAnswer: {
            /** @default true */
            readonly success: boolean;
            /** @default The session is saved. */
            readonly message: string;
            sessionId?: string;
        };
        InstantForm: {
            /** Format: binary */
            file?: string;
            /** @default null */
            upload_id: string | null;
            sessionId: string;
            /** @enum {string} */
            fileType: "input" | "output";
            /** @description The fields of the file, in JSON. */
            fileMetadata?: string;
            fileHash?: string;
        };
        SavedModelView: {
            filename?: string;
            model_type?: string;
            /** @default best_model */
            dataset_name: string;
            /** @default zip */
            format: string;
            storage_path?: string;
            file_size_mb?: number;
            /** Format: date-time */
            modified_time?: string;
            run_id?: number;
            sha256?: string;
            skill?: number | null;
        };
        SavedModels: {
            models?: components["schemas"]["SavedModelView"][];
            count?: number;
        };
        SavedModelsAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            data?: components["schemas"]["SavedModels"];
        };
        FileInfo: {
            id?: string;
            /** @enum {string} */
            type?: "input" | "output";
            file_name?: string;
            bezeichnung?: string;
        };
        ListedSession: {
            sessionId?: string;
            sessionName?: string | null;
            /** Format: date-time */
            createdAt?: string;
            /** Format: date-time */
            lastUpdated?: string;
            finalized?: boolean;
            fileCount?: number;
            nDat?: number | null;
            zeitschritteCount?: number;
            timeInfoCount?: number;
            filesInfo?: components["schemas"]["FileInfo"][];
            modelCount?: number;
            bestSkill?: number | null;
            id?: number;
            status?: string;
            ownerId?: number;
        };
        SessionListAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            sessions?: components["schemas"]["ListedSession"][];
            total_count?: number;
        };
        FamilyView: {
            mode?: string;
            label?: string;
            about?: string;
            fields?: {
                [key: string]: unknown;
            }[];
        };
        OptionsAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            families?: components["schemas"]["FamilyView"][];
        };
        SampleView: {
            position?: number;
            t_ref?: string;
        };
        PlotVariableView: {
            name?: string;
            kind?: string;
            label?: string;
            color?: number;
            hours?: number[];
            scale?: number;
            shift?: number;
            values?: number[][];
            forecast?: number[][] | null;
        };
        PlotDataView: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            run_id?: number | null;
            model_type?: string | null;
            seed?: number;
            n_test?: number;
            samples?: components["schemas"]["SampleView"][];
            variables?: components["schemas"]["PlotVariableView"][];
        };
        PlotVariablesView: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            input_variables?: string[];
            output_variables?: string[];
            time_components?: string[];
        };
        PredictBody: {
            /** @default null */
            model_filename: string | null;
            /** @default null */
            input_data: unknown[] | null;
            /** @default true */
            apply_scaling: boolean;
        };
        PredictAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            predictions?: unknown[][];
            model_used?: string;
            input_count?: number;
            scaling_applied?: boolean;
            outputs?: string[];
            steps?: number;
        };
        SummaryAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            n_dat?: number | null;
            workflow_phase?: string;
            has_training_results?: boolean;
            has_trained_model?: boolean;
            model_count?: number;
            has_violin_plots?: boolean;
            violin_plot_types?: string[];
        };
        SaveTablesBody: {
            df_eval: Record<string, never> | null;
            df_eval_ts: Record<string, never> | null;
            /** @default null */
            model_type: string | null;
        };
        SavedTablesAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            /** Format: date-time */
            saved_at?: string;
        };
        ConfigBody: {
            /** @default null */
            inputs: Record<string, never> | null;
            /** @default null */
            model_filename: string | null;
        };
        SavedEntryView: {
            filename?: string;
            model_type?: string;
            /** @default best_model */
            dataset_name: string;
            /** @default zip */
            format: string;
            storage_path?: string;
            file_size_mb?: number;
            /** Format: date-time */
            modified_time?: string;
            run_id?: number;
            sha256?: string;
            skill?: number | null;
            readonly size_mb?: number;
            /** @default trained_model */
            path_in_results: string;
            /** @default zip */
            file_format: string;
        };
        SaveAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            models?: components["schemas"]["SavedEntryView"][];
            total_uploaded?: number;
            failed_models?: string[];
            total_failed?: number;
        };
        TimeInfoBody: {
            sessionId: string | null;
            timeInfo: Record<string, never> | null;
        };
        TimeStepsBody: {
            sessionId: string | null;
            zeitschritte: Record<string, never> | null;
        };
        TimeStepsOnlyBody: {
            zeitschritte: Record<string, never> | null;
        };
        ScaleBody: {
            /** @default null */
            input_data: Record<string, never> | null;
            /** @default false */
            save_scaled: boolean;
            /** @default false */
            inverse: boolean;
        };
        ScaleAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            scaled_data?: number[][];
            scaling_info?: {
                [key: string]: unknown;
            };
            metadata?: {
                [key: string]: unknown;
            };
        };
        ScalersAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            scalers?: {
                [key: string]: unknown;
            };
        };
        SearchSpacesAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            spaces?: {
                [key: string]: unknown;
            };
            max_trials?: number;
        };
        RenamedData: {
            sessionId?: string;
            sessionName?: string;
        };
        RenamedAnswer: {
            /** @default true */
            readonly success: boolean;
            /** @default The session is renamed. */
            readonly message: string;
            data?: components["schemas"]["RenamedData"];
        };
        IncompleteView: {
            uploadId?: string;
            fileName?: string;
            fileType?: string;
            bezeichnung?: string | null;
            received?: number;
            length?: number | null;
            totalChunks?: number | null;
            missing?: number[] | null;
            missingCount?: number;
        };
        StatusAnswer: {
            session_id?: string;
            status?: string;
            job_status?: string | null;
            progress?: number;
            message?: string | null;
            current_step?: string | null;
            phase?: string | null;
            model_name?: string | null;
            eta_seconds?: number | null;
            total_steps?: number | null;
            completed_steps?: number | null;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: date-time */
            completed_at?: string | null;
            finalized?: boolean;
            incomplete?: components["schemas"]["IncompleteView"][];
        };
        StoredFile: {
            fileName?: string;
            size?: number;
            /** Format: date-time */
            createdAt?: string;
        };
        FolderView: {
            sessionId?: string;
            files?: components["schemas"]["StoredFile"][];
            timeInfo?: unknown;
            zeitschritte?: unknown;
            finalized?: boolean;
            n_dat?: number | null;
            file_count?: number;
            /** Format: date-time */
            createdAt?: string;
            /** Format: date-time */
            lastUpdated?: string;
        };
        FolderAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session?: components["schemas"]["FolderView"];
        };
        DatabaseView: {
            sessionId?: string;
            sessionName?: string | null;
            databaseSessionId?: string;
            n_dat?: number | null;
            finalized?: boolean;
            file_count?: number;
            readonly files?: Record<string, never>[];
            timeInfo?: unknown;
            zeitschritte?: unknown;
            /** Format: date-time */
            createdAt?: string;
            /** Format: date-time */
            updatedAt?: string;
            workflow_phase?: string;
            id?: number;
            ownerId?: number;
            canEdit?: boolean;
            training_split?: {
                [key: string]: unknown;
            };
            prices?: {
                [key: string]: unknown;
            };
            hasDatasets?: boolean;
        };
        DatabaseAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session?: components["schemas"]["DatabaseView"];
        };
        DeletedAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            warnings?: string[];
        };
        NewSessionBody: {
            sessionId: string | null;
            timeInfo?: Record<string, never> | null;
            zeitschritte?: Record<string, never> | null;
            /** @default null */
            sessionName: string | null;
        };
        BacktestBody: {
            run_id: number;
            /** @default 4 */
            cutoffs: number;
            /** @default null */
            test_windows: number | null;
        };
        FoldBlock: {
            windows?: number;
            first?: string;
            last?: string;
        };
        FoldBlocks: {
            train?: components["schemas"]["FoldBlock"];
            validation?: components["schemas"]["FoldBlock"];
            test?: components["schemas"]["FoldBlock"];
        };
        FoldScalers: {
            fitted_on?: string;
            outputs?: {
                [key: string]: unknown;
            };
        };
        FoldView: {
            number?: number;
            cutoff?: string;
            blocks?: components["schemas"]["FoldBlocks"];
            left_out?: number;
            scalers?: components["schemas"]["FoldScalers"];
            leaks?: string[];
            metrics?: {
                [key: string]: number | null;
            };
            outputs?: {
                [key: string]: {
                    [key: string]: number | null;
                };
            };
            seconds?: number;
        };
        SpreadView: {
            n?: number;
            mean?: number;
            deviation?: number | null;
            low?: number;
            high?: number;
        };
        BacktestItem: {
            id?: number;
            run_id?: number;
            mode?: string;
            cutoffs?: number;
            test_windows?: number;
            validation_windows?: number;
            state?: string;
            progress?: number;
            detail?: string | null;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            finished_at?: string | null;
            folds?: components["schemas"]["FoldView"][];
            spread?: {
                [key: string]: components["schemas"]["SpreadView"] | null;
            };
        };
        BacktestsAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            backtests?: components["schemas"]["BacktestItem"][];
        };
        DatasetsStopped: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
        };
        EarlierModelView: {
            run_id?: number;
            name?: string;
            session_id?: string;
            session_name?: string | null;
            mode?: string;
            settings?: {
                [key: string]: unknown;
            };
        };
        EarlierModelsAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            models?: components["schemas"]["EarlierModelView"][];
        };
        EnsembleBody: {
            /** @default null */
            run_ids: number[] | null;
        };
        TrainAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            note?: string;
            run_ids?: number[];
            job_ids?: number[];
            n_dat?: number | null;
        };
        PriceView: {
            too_low?: number;
            too_high?: number;
            per_hour?: boolean;
        };
        OutputCostView: {
            under?: number | null;
            over?: number | null;
            per_step?: number | null;
            per_window?: number | null;
            per_day?: number | null;
            step_minutes?: number;
            price?: components["schemas"]["PriceView"] | null;
        };
        CostsAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            run_id?: number;
            windows?: number;
            first?: string | null;
            last?: string | null;
            currency?: string | null;
            outputs?: {
                [key: string]: components["schemas"]["OutputCostView"];
            };
        };
        ModelView: {
            run_id?: number;
            name?: string;
            mode?: string;
            settings?: {
                [key: string]: unknown;
            };
            status?: string;
            progress?: number;
            message?: string | null;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: date-time */
            ended_at?: string | null;
            summary?: {
                [key: string]: unknown;
            } | null;
            start_from?: number | null;
            windows_key?: string;
        };
        ModelListAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            models?: components["schemas"]["ModelView"][];
        };
        PricesBody: {
            /** @default EUR */
            currency: string | null;
            outputs: Record<string, never> | null;
        };
        PricesAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            prices?: {
                [key: string]: unknown;
            };
        };
        TrialView: {
            number?: number;
            run_id?: number;
            state?: string;
            parameters?: {
                [key: string]: unknown;
            };
            value?: number | null;
            epochs?: number;
            progress?: number;
            seconds?: number;
            reason?: string | null;
        };
        SearchView: {
            id?: number;
            mode?: string;
            status?: string;
            settings?: {
                [key: string]: unknown;
            };
            space?: {
                [key: string]: unknown;
            }[];
            seed?: number;
            metric?: string;
            validation_rows?: number | null;
            best_run_id?: number | null;
            kept_run_id?: number | null;
            /** Format: date-time */
            created_at?: string;
            trials?: components["schemas"]["TrialView"][];
        };
        SearchListAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            searches?: components["schemas"]["SearchView"][];
        };
        SearchBody: {
            model_parameters?: Record<string, never>;
            /** @default null */
            space: Record<string, never>[] | null;
            /** @default null */
            trials: number | null;
            /** @default null */
            seed: number | null;
            training_split?: Record<string, never>;
        };
        SearchStarted: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            search_id?: number;
            run_ids?: number[];
        };
        WhichSearchBody: {
            /** @default null */
            search_id: number | null;
        };
        SearchKept: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            run_id?: number;
        };
        SearchChanged: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            trials?: number;
        };
        BlockSizes: {
            train?: number;
            validation?: number;
            test?: number;
            left_out?: number;
        };
        ReferenceRange: {
            first?: string;
            last?: string;
            step_minutes?: number;
            candidates?: number;
        };
        Shapes: {
            X?: number[];
            Y?: number[];
        };
        DropCount: {
            label?: string;
            reason?: string;
            count?: number;
        };
        DroppedView: {
            reference_time?: string;
            label?: string;
            reason?: string;
            step?: number;
            instant?: string;
            lines?: number[];
        };
        DroppedSummary: {
            total?: number;
            by_reason?: {
                [key: string]: number;
            };
            counts?: components["schemas"]["DropCount"][];
            first?: components["schemas"]["DroppedView"][];
        };
        WindowsView: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            n_dat?: number;
            /** Format: date-time */
            created_at?: string;
            is_current?: boolean;
            sizes?: components["schemas"]["BlockSizes"];
            reference?: components["schemas"]["ReferenceRange"];
            shapes?: components["schemas"]["Shapes"];
            input_names?: string[];
            output_names?: string[];
            dropped?: components["schemas"]["DroppedSummary"];
            certificate?: {
                [key: string]: unknown;
            };
            scalers?: {
                [key: string]: unknown;
            };
        };
        SampleBody: {
            /** @default load */
            sample: string | null;
            /** @default null */
            sessionName: string | null;
        };
        SampleAnswer: {
            /** @default true */
            readonly success: boolean;
            /** @default The session is saved. */
            readonly message: string;
            sessionId?: string;
            models?: {
                [key: string]: unknown;
            }[];
            training_split?: {
                [key: string]: unknown;
            };
        };
        TrainBody: {
            /** @default null */
            model_parameters: Record<string, never> | null;
            /** @default null */
            models: Record<string, never>[] | null;
            training_split?: Record<string, never>;
        };
        UploadView: {
            id: string;
            filename: string;
            purpose: string;
            length: number | null;
            received: number;
            /** @enum {string} */
            state: "receiving" | "finished" | "claimed";
            sha256: string | null;
            claimed_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
        };
        ChunkForm: {
            /** Format: binary */
            chunk: string;
            /** @description JSON: chunkIndex from 0, totalChunks, fileName, sessionId, fileType, and if you like fileHash (SHA-256 of the whole) and uploadId. */
            metadata: string;
            /** @description JSON: fileMetadata with the fields of the file, timeInfo, ... */
            additionalData?: string;
        };
        ChunkAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            uploadId?: string;
            complete?: boolean;
            missing?: number[];
            missingCount?: number;
            data?: components["schemas"]["NewFileData"];
        };
        EarlySeries: {
            name?: string;
            fields?: {
                [key: string]: unknown;
            };
        };
        EarlyAnswer: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            received?: number;
            length?: number | null;
            read?: number;
            status?: string;
            reading?: {
                [key: string]: unknown;
            };
            series?: components["schemas"]["EarlySeries"][];
        };
        ViolinView: {
            count?: number;
            mean?: number;
            std?: number;
            min?: number;
            max?: number;
            q1?: number;
            median?: number;
            q3?: number;
            whisker_low?: number;
            whisker_high?: number;
            at?: number[];
            density?: number[];
        };
        ColumnViolinsView: {
            key?: string;
            name?: string;
            kind?: string;
            label?: string;
            color?: number;
            is_scaled?: boolean;
            blocks?: {
                [key: string]: components["schemas"]["ViolinView"];
            };
            scaled?: {
                [key: string]: components["schemas"]["ViolinView"];
            };
        };
        ViolinsView: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            n_dat?: number;
            /** Format: date-time */
            created_at?: string;
            is_current?: boolean;
            columns?: components["schemas"]["ColumnViolinsView"][];
        };
        PlotImage: {
            data?: string;
            type?: string;
            label?: string;
        };
        VisualizationsView: {
            /** @default true */
            readonly success: boolean;
            message?: string;
            session_id?: string;
            n_dat?: number;
            /** Format: date-time */
            created_at?: string;
            is_current?: boolean;
            plots?: {
                [key: string]: components["schemas"]["PlotImage"];
            };
            metadata?: {
                [key: string]: unknown;
            };
        };
        UploadList: {
            items: components["schemas"]["UploadView"][];
            total: number;
            limit: number;
            offset: number;
        };
        KnownView: {
            upload: components["schemas"]["UploadView"] | null;
        };
        KnownBody: {
            sha256: string;
            filename: string;
            /** @default  */
            purpose: string;
        };
        UserView: {
            id: number;
            email: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "member" | "admin";
            readonly has_password: boolean;
            is_active: boolean;
            /** Format: date-time */
            created_at: string;
        };
        UserList: {
            items: components["schemas"]["UserView"][];
            total: number;
            limit: number;
            offset: number;
        };
        UserBody: {
            email: string;
            name: string;
            /**
             * @default member
             * @enum {string}
             */
            role: "viewer" | "member" | "admin";
        };
        UserPatch: {
            /** @enum {string} */
            role?: "viewer" | "member" | "admin";
            is_active?: boolean;
            name?: string;
        };
        Link: {
            url: string;
            /** Format: date-time */
            expires_at: string;
        };
        OwnedTokenView: {
            id: number;
            name: string;
            prefix: string;
            scopes: string[];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            last_used_at: string | null;
            user_id: number;
            user_name: string;
            user_email: string;
            user_is_active: boolean;
        };
        OwnedTokenList: {
            items: components["schemas"]["OwnedTokenView"][];
            total: number;
            limit: number;
            offset: number;
        };
        WeightsView: {
            id: number;
            name: string;
            owner_id: number;
            /** @enum {string} */
            visibility: "private" | "team";
            num_tensors: number;
            num_parameters: number;
            size_bytes: number;
            sha256: string;
            /** Format: date-time */
            created_at: string;
        };
        WeightsList: {
            items: components["schemas"]["WeightsView"][];
            total: number;
            limit: number;
            offset: number;
        };
        WeightsForm: {
            /** @default null */
            name: string | null;
            /**
             * @default private
             * @enum {string}
             */
            visibility: "private" | "team";
            /** @default null */
            upload_id: string | null;
            /** Format: binary */
            file?: string;
        };
        Live: {
            /** @enum {string} */
            status: "ok";
        };
        Ready: {
            /** @enum {string} */
            status: "ok" | "degraded" | "failing";
            checks: components["schemas"]["CheckView"][];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
